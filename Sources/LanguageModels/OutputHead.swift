import Diagnostics
import StrictJSON

/// What reads a model's last states.
public enum OutputHead: Sendable, Equatable {
  /// A score for every token of the vocabulary: a language model.
  case vocabulary
  /// One score of a text, read at its last token: a reward model, transformers' `…ForSequenceClassification` with one
  /// label. Its weight is `score.weight`, `[1, C]`.
  case score

  /// The name of the weight.
  public var weightName: String { self == .score ? Self.scoreWeight : "lm_head.weight" }

  /// The name of a reward model's weight.
  public static let scoreWeight = "score.weight"

  /// Reads `architectures` and the number of labels.
  init(_ reader: ConfigurationReader) throws {
    let names = reader.value("architectures")?.arrayValue ?? []
    guard names.contains(where: { $0.stringValue?.hasSuffix(Self.architectureEnding) ?? false }) else {
      self = .vocabulary
      return
    }
    // What transformers assumes where nothing is said.
    let labels = reader.value("id2label")?.objectValue?.members.count ?? reader.value("num_labels")?.intValue ?? 2
    guard labels == 1 else {
      throw UserError.file(
        "\(reader.place): the model sorts texts into \(labels) classes; Attune knows reward models, which have one label "
          + "(id2label with one entry)")
    }
    self = .score
  }

  /// What the names of such architectures end with: `LlamaForSequenceClassification`.
  static let architectureEnding = "ForSequenceClassification"
}

extension DecoderConfiguration {
  /// The same body with a reward model's head.
  public var forRewardModel: DecoderConfiguration {
    var result = self
    (result.head, result.tiesEmbeddings) = (.score, false)
    return result
  }

  /// What `config.json` says of a reward model of this family, as transformers reads it.
  ///
  /// - Parameters:
  ///   - padding: the padding token that `config.json` names. It is left out where answers end with it: transformers reads
  ///     the score at the last token that is no padding.
  ///   - endings: the tokens with which answers end.
  public func rewardModelMembers(padding: Int?, endings: Set<Int32>) -> [(key: String, value: JSONValue)] {
    let family =
      switch family {
      case .llama: "Llama"
      case .mistral: "Mistral"
      case .qwen2: "Qwen2"
      case .qwen3: "Qwen3"
      }
    let members: [(key: String, value: JSONValue)] = [
      ("architectures", .array([.string(family + OutputHead.architectureEnding)])),
      ("id2label", ["0": "LABEL_0"]), ("label2id", ["LABEL_0": 0]),
    ]
    let endsAnswers = padding.map { padding in endings.contains { Int($0) == padding } } ?? false
    return members + (endsAnswers ? [("pad_token_id", .null)] : [])
  }
}
