import LanguageModels
import StrictJSON

/// What `adapter_config.json` says of the model's own weights that are trained beside a method's tensors.
public struct WholeModules: Sendable, Equatable {
  /// `modules_to_save`: PEFT takes every module whose name ends so, and all that is in it.
  var saved: [String] = []
  /// `ensure_weight_tying`: whether tied embedding and head stay one.
  var tiesWeights = false
  /// `trainable_token_indices`: rows of the embedding or the head.
  var tokenRows: [TokenRows] = []

  /// Rows of a module that are trained.
  struct TokenRows: Sendable, Equatable {
    /// What the module's name ends with; nil: the embedding.
    var module: String?
    /// The rows, in the order in which the file holds them.
    var tokens: [Int]
  }

  /// Nothing.
  init() {}

  /// Reads the keys.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(_ file: AdapterReader) throws {
    saved = try file.strings("modules_to_save") ?? []
    tiesWeights = try file.bool("ensure_weight_tying") ?? false
    if file.object["trainable_token_indices"]?.objectValue != nil {
      tokenRows = try file.members("trainable_token_indices").map { module, value in
        let tokens = (value.arrayValue ?? []).compactMap { $0.intValue.flatMap { $0 >= 0 ? $0 : nil } }
        guard !tokens.isEmpty, tokens.count == value.arrayValue?.count else {
          throw file.wrong("trainable_token_indices", "arrays of whole numbers from 0")
        }
        return TokenRows(module: module, tokens: tokens)
      }
    } else if let tokens = try file.indices("trainable_token_indices"), !tokens.isEmpty {
      tokenRows = [TokenRows(module: nil, tokens: tokens)]
    }
  }

  /// The rows that are trained, in words that follow a method's summary.
  var summary: String {
    tokenRows.map { ", and \($0.tokens.count) rows of \($0.module ?? "the embedding")" }.joined()
  }

  /// The members of `adapter_config.json` that a file had; none for a fresh adapter.
  var fileMembers: [(key: String, value: JSONValue)] {
    let rows = tokenRows.map { ($0.module, JSONValue.array($0.tokens.map { .integer($0) })) }
    let tokens = rows.first?.0 == nil ? rows.first?.1 : JSONValue.members(rows.map { ($0.0 ?? "", $0.1) })
    return (saved.isEmpty ? [] : [("modules_to_save", .strings(saved))])
      + (tiesWeights ? [("ensure_weight_tying", true)] : [])
      + (tokens.map { [("trainable_token_indices", $0)] } ?? [])
  }

  /// Whether PEFT trains a weight's module whole.
  func saves(_ weight: String) -> Bool {
    var module = weight[...]
    while let dot = module.lastIndex(of: ".") {
      module = module[..<dot]
      if saved.contains(where: { module.hasSuffix($0) }) { return true }
    }
    return false
  }

  /// Names of modules that no module of a model has, a sentence for the user. A reward model's head is none of the base's.
  func notes(for model: DecoderConfiguration) -> [String] {
    let names = model.weights.map(\.name) + model.tiedWeights
    let absent = saved.filter { module in
      var one = WholeModules()
      one.saved = [module]
      return !["score", "classifier"].contains(module) && !names.contains(where: one.saves)
    }
    guard !absent.isEmpty else { return [] }
    return ["modules_to_save: no module of this model has a name that ends with \(absent.joined(separator: ", "))"]
  }
}
