import Autodiff
import Diagnostics
import LanguageModels
import Tensors

/// Reads the model's own weights that a stored adapter holds: modules that PEFT trained whole or saved beside its tensors,
/// biases, and rows of the embedding.
struct StoredWholeTensors {
  let model: LanguageModel
  let whole: WholeModules
  /// What the names of the model's tensors start with in the file.
  let prefix: String
  let tensors: AdapterTensors

  /// Puts the weights in place of the model's own.
  func attach(_ attachments: inout Attachments) throws {
    let configuration = model.configuration
    for weight in configuration.weights where !configuration.tiedWeights.contains(weight.name) {
      guard attachments.weights[weight.name] == nil else { continue }
      attachments.weights[weight.name] = try stored(weight.name)
    }
    if configuration.tiesEmbeddings { try attachTied(&attachments) }
    try checkSaved(attachments)
    try attachTokenRows(&attachments)
  }

  /// The tensor that the file has of a weight. PEFT calls it `base_layer.weight` where the module has a part of its own.
  private func stored(_ weight: String) throws -> Variable? {
    let parts = weight.split(separator: ".").map(String.init)
    let (module, leaf) = (parts.dropLast().joined(separator: "."), parts.last ?? "")
    let name = prefix + (tensors.targeted.contains(module) ? "\(module).base_layer.\(leaf)" : weight)
    guard tensors.has(name) else { return nil }
    return try tensors.make(name, model.weight(weight).shape) { _ in .zeros([0]) }
  }

  /// Refuses a file that lacks weights of modules that PEFT trains whole, as PEFT does.
  private func checkSaved(_ attachments: Attachments) throws {
    let names = model.configuration.weights.map(\.name) + model.configuration.tiedWeights
    let missing = Set(names).sorted().filter { whole.saves($0) && attachments.weights[$0] == nil }
    guard missing.isEmpty else {
      throw AdapterProblem("modules_to_save", "the file lacks \(StoredParts.list(missing.map { prefix + $0 }))")
    }
  }

  /// Embedding and head of a tied model. A module that was trained whole is a copy; otherwise PEFT loads into the tensor
  /// that the two share, the head last.
  private func attachTied(_ attachments: inout Attachments) throws {
    let (table, head) = (model.configuration.embedding.name, model.configuration.vocabularyHead.name)
    let (ofTable, ofHead) = (try stored(table), try stored(head))
    if whole.tiesWeights, whole.saves(table) || whole.saves(head) {
      let one = ofHead ?? ofTable
      (attachments.weights[table], attachments.weights[head]) = (one, one)
      return
    }
    let shared = (whole.saves(head) ? nil : ofHead) ?? (whole.saves(table) ? nil : ofTable)
    attachments.weights[table] = whole.saves(table) ? ofTable ?? shared : shared
    attachments.weights[head] = whole.saves(head) ? ofHead ?? shared : shared
  }

  private func attachTokenRows(_ attachments: inout Attachments) throws {
    let configuration = model.configuration
    var rows: [String: WholeModules.TokenRows] = [:]
    for entry in whole.tokenRows {
      let module = entry.module ?? configuration.embeddingName
      guard let target = configuration.outerTargets.first(where: { $0.name.hasSuffix(module) }) else {
        throw AdapterProblem(
          "trainable_token_indices",
          "'\(module)' is neither the embedding nor the head of this model: "
            + configuration.outerTargets.map(\.name).joined(separator: ", "))
      }
      rows[target.name] = entry
    }
    let (table, head) = (configuration.embeddingName, configuration.vocabularyHeadName)
    let areOne = rows[head].map { $0.tokens == rows[table]?.tokens } ?? true
    if !areOne, whole.tiesWeights, configuration.tiesEmbeddings, rows[table] != nil {
      throw AdapterProblem(
        "trainable_token_indices", "embedding and head have different rows beside ensure_weight_tying")
    }
    let sharesRows = configuration.tiesEmbeddings && areOne && rows[table] != nil
    if let tokens = rows[table]?.tokens {
      let values = try values(table, tokens, attachments)
      try replace(tokens, of: table, by: values, &attachments)
      if sharesRows { try replace(tokens, of: head, by: values, &attachments) }
    }
    if let tokens = rows[head]?.tokens, !sharesRows {
      try replace(tokens, of: head, by: try values(head, tokens, attachments), &attachments)
    }
  }

  private func values(_ module: String, _ tokens: [Int], _ attachments: Attachments) throws -> Variable {
    let shape = model.weight(module + ".weight").shape
    if let stray = tokens.first(where: { $0 >= shape[0] }) {
      throw AdapterProblem("trainable_token_indices", "there is no token \(stray): the model has \(shape[0]) tokens")
    }
    return try tensors.make("\(prefix)\(module).token_adapter.trainable_tokens_delta", [tokens.count, shape[1]]) { _ in
      .zeros([0])
    }
  }

  private func replace(
    _ tokens: [Int], of module: String, by values: Variable, _ attachments: inout Attachments
  ) throws {
    guard !tensors.targeted.contains(module) else {
      throw AdapterProblem("trainable_token_indices", "'\(module)' has a part of the adapter too; expected one of both")
    }
    let name = module + ".weight"
    let result = (attachments.weights[name] ?? model.weight(name)).value.cast(to: .float32).copy()
    for (row, token) in tokens.enumerated() { copyRows(values.value.rows(row..<row + 1), to: result, at: token) }
    attachments.weights[name] = Variable(result)
  }
}

extension LanguageModel {
  /// A weight by its name in the model's files; of a tied head the embedding.
  func weight(_ name: String) -> Variable {
    let own = configuration.parameterName(of: name)
    guard let found = parameters.first(where: { $0.name == own })?.variable else {
      preconditionFailure("this model has no weight \(name)")
    }
    return found
  }
}
