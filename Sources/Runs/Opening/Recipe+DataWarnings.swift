import Diagnostics
import Inference
import InstructionData
import Recipes

extension Recipe {
  /// One warning for each kind of note on the records, with how many records of which files it concerns.
  func warnings(aboutNotesIn reports: [SourceReport]) -> [String] {
    RecordNote.Kind.allCases.compactMap { kind in
      if kind.isLoss, data.lostParts == .allow { return nil }
      let found = reports.filter { $0.notes[kind] ?? 0 > 0 }
      if found.isEmpty { return nil }
      let files = found.map { "\($0.path): \($0.notes[kind] ?? 0) of \($0.records) records" }
      return "\(kind.warning) (\(files.joined(separator: ", ")))"
    }
  }

  /// A warning if single answers are judged and all judgements are the same.
  func warnings(aboutLabelsIn reports: [SourceReport]) -> [String] {
    let paths = Set(data.train.map(\.path))
    let reports = reports.filter { paths.contains($0.path) }
    let (chosen, rejected) = reports.reduce((0, 0)) { ($0.0 + $1.chosenAnswers, $0.1 + $1.rejectedAnswers) }
    guard objective.task.purpose == .judgement, (chosen == 0) != (rejected == 0) else { return [] }
    return [
      "all \(max(chosen, rejected)) training answers are \(rejected == 0 ? "desirable" : "undesirable"): nothing shows the "
        + "model how \(rejected == 0 ? "undesirable" : "desirable") ones differ"
    ]
  }

  /// A warning for each of the recipe's template options that the template does not read.
  func warningsAboutTemplateOptions(_ files: ModelFiles) -> [String] {
    guard let options = data.templateOptions else { return [] }
    let name = templateName(for: files)
    guard name == .model else {
      return ["data.template_options: the template '\(name.rawValue)' is built in and reads no options"]
    }
    guard let names = try? files.modelTemplate?.get().names else { return [] }
    return options.keys.filter { !names.contains($0) }.map {
      "data.template_options: no part of the model's chat template reads '\($0)'."
        + suggestion(for: $0, in: names.sorted())
    }
  }
}

extension RecordNote.Kind {
  /// What is wrong or worth knowing, for people.
  fileprivate var warning: String {
    switch self {
    case .lostText: "the template does not show the text of a message, or not in the part that is trained"
    case .lostReasoning: "the template does not show the reasoning of an answer, or not in the part that is trained"
    case .lostToolCall: "the template does not show a tool call, or not in the part that is trained"
    case .lostTool: "the template does not show a tool"
    case .specialToken:
      "a message contains the name of a special token, which is tokenized to that token as transformers does"
    case .framedText: "a text itself begins or ends with the token that Attune adds; it is written once"
    case .openEnd: "no token ends the answer, so the model does not learn to stop; another data.template may write one"
    case .emptyTurn: "a message in the middle of the conversation is empty"
    case .nestedNull:
      "a tool or an argument contains null, as `datasets` writes it for absent keys; it is rendered as transformers does"
    case .quotedArguments:
      "arguments of a call are JSON in a string, which the template writes in quotes and with escapes, as in transformers; "
        + "give them as an object"
    case .unreadOption: "chat_template_kwargs gives the template a variable that it does not read"
    }
  }
}
