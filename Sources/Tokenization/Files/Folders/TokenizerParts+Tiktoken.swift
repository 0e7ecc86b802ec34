import Diagnostics
import Foundation

extension TokenizerParts {
  /// Reads the ranks that tiktoken uses: a token in base64 and its rank on each line.
  ///
  /// The special tokens are those of the files beside it. Without any, they are those of the model that has as many
  /// tokens: Llama 3's original `tokenizer.model`, or `qwen.tiktoken`.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(tiktoken data: Data, name: String, settings: TokenizerSettings, files: TokenizerFiles) throws {
    let path = files.path(of: name)
    var tokens = RankedTokens()
    for (number, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
      func refused(_ problem: String) -> UserError { UserError.file("\(path):\(number + 1): \(problem)") }
      let fields = line.split(whereSeparator: { $0 == 0x20 || $0 == 0x0D })
      guard fields.count == 2, let bytes = Data(base64Encoded: Data(fields[0])),
        let rank = Int(String(decoding: fields[1], as: UTF8.self))
      else { throw refused("expected a token in base64 and its rank.") }
      try tokens.append(Array(bytes), id: rank, error: refused)
    }
    let known = KnownTiktoken.all.first { $0.tokenCount == tokens.count }
    let model = try tokens.model { UserError.file("\(path): \($0)") }
    self.init(
      bytePairs: model, pattern: .llama3(numberLimit: known?.numberLimit ?? 3),
      normalizer: Normalizer(steps: known?.normalization ?? []))
    if settings.declared.isEmpty, settings.others.isEmpty, let known {
      addedTokens = AddedTokens(
        known.specialTokens.enumerated().map {
          AddedToken(id: Int32(known.tokenCount + $0), content: $1, isSpecial: true)
        }, normalizer: normalizer)
      postProcessor.prefix = known.beginning.flatMap { addedTokens.id(of: $0) }.map { [$0] } ?? []
    } else if let last = settings.declared.last?.id, last >= size, last < size + 4096 {
      // As in transformers, ids between the declared ones are reserved.
      let taken = Set(settings.declared.map(\.id))
      addedTokens = AddedTokens(
        (size..<last).filter { !taken.contains($0) }.map {
          AddedToken(id: Int32($0), content: "<|reserved_token_\($0)|>", isSpecial: true)
        }
          + settings.declared.filter { $0.id >= size }.map {
            var token = $0.token
            (token.id, token.isSpecial, token.isNormalized) = (Int32($0.id), true, false)
            return token
          }, normalizer: normalizer)
    }
  }

  /// Whether bytes are lines of a token in base64 and a rank.
  static func isTiktoken(_ data: Data) -> Bool {
    guard let line = data.prefix(4096).split(separator: UInt8(ascii: "\n")).first else { return false }
    let fields = line.split(whereSeparator: { $0 == 0x20 || $0 == 0x0D })
    return fields.count == 2 && Data(base64Encoded: Data(fields[0])) != nil
      && fields[1].allSatisfy { 0x30...0x39 ~= $0 }
  }
}

/// What tiktoken's file of a model leaves to the model's program.
private struct KnownTiktoken {
  let tokenCount: Int
  var numberLimit = 3
  var normalization: [NormalizationStep] = []
  let specialTokens: [String]
  var beginning: String?

  static let all = [llama3, qwen]

  /// Source: `tokenizer.py` of Meta's llama-models (Llama 3.1, whose ids are also those of Llama 3).
  private static let llama3 = KnownTiktoken(
    tokenCount: 128_000,
    specialTokens: [
      "<|begin_of_text|>", "<|end_of_text|>", "<|reserved_special_token_0|>", "<|reserved_special_token_1|>",
      "<|finetune_right_pad_id|>", "<|reserved_special_token_2|>", "<|start_header_id|>", "<|end_header_id|>",
      "<|eom_id|>", "<|eot_id|>", "<|python_tag|>",
    ] + (3...247).map { "<|reserved_special_token_\($0)|>" },
    beginning: "<|begin_of_text|>")

  /// Source: `tokenization_qwen.py` of Qwen-7B.
  private static let qwen = KnownTiktoken(
    tokenCount: 151_643, numberLimit: 1, normalization: [.unicode(.nfc)],
    specialTokens: ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + (0..<205).map { "<|extra_\($0)|>" })
}
