import Diagnostics
import Foundation

extension TokenizerParts {
  /// Reads a `vocab.json` with its `merges.txt`, as transformers' class for them does: GPT-2's or Qwen2's.
  ///
  /// - Throws: `UserError` of kind `file`, also for a class that reads these files in another way.
  init(vocabularyAndMerges settings: inout TokenizerSettings, _ files: TokenizerFiles) throws {
    guard let vocabularyFile = try files.section("vocab.json") else {
      throw UserError.file("\(files.place): contains no vocab.json.")
    }
    guard let mergesData = files[TokenizerFiles.merges] else {
      throw UserError.file(
        "\(files.path(of: "vocab.json")): needs the merges.txt that belongs to it, which is missing.")
    }
    let kind = try Kind(settings.tokenizerClass, files)
    let vocabulary = try Vocabulary(members: vocabularyFile.members) { vocabularyFile.error($0) }
    let (merges, results) = try vocabulary.merges(of: mergesData, path: files.path(of: TokenizerFiles.merges))
    let model = BytePairModel(
      vocabulary: vocabulary, merges: merges, mergeResults: results, unknown: BytePairModel.UnknownCharacters(),
      ignoresMerges: false, isByteLevel: true)
    self.init(
      bytePairs: model, pattern: kind == .gpt2 ? .gpt2 : .llama3(numberLimit: 1),
      prefixesSpace: settings.addsPrefixSpace ?? false,
      normalizer: Normalizer(steps: kind == .gpt2 ? [] : [.unicode(.nfc)]))
    let end = "<|endoftext|>"
    settings.useDefaults(
      kind == .gpt2
        ? ["bos_token": end, "eos_token": end, "unk_token": end]
        : ["eos_token": end, "unk_token": end, "pad_token": end])
  }

  /// How the two files are read.
  private enum Kind {
    case gpt2
    case qwen

    private static let kinds: [(name: String, kind: Kind)] = [
      ("GPT2Tokenizer", .gpt2), ("CodeGenTokenizer", .gpt2), ("PreTrainedTokenizer", .gpt2),
      ("TokenizersBackend", .gpt2), ("Qwen2Tokenizer", .qwen),
    ]

    init(_ name: String?, _ files: TokenizerFiles) throws {
      guard let name else {
        self = .gpt2
        return
      }
      guard let kind = Self.kinds.first(where: { $0.name == name })?.kind else {
        throw UserError.file(
          "\(files.path(of: TokenizerFiles.configuration)): tokenizer_class: '\(name)' with vocab.json and merges.txt is not "
            + "supported; expected GPT2Tokenizer or Qwen2Tokenizer, or a tokenizer.json, which transformers writes.")
      }
      self = kind
    }
  }
}

extension Vocabulary {
  /// The merges in a `merges.txt`: two tokens on each line, after a line with the version. Also returns the tokens that
  /// they produce.
  fileprivate func merges(of data: Data, path: String) throws -> (table: MergeTable, results: [Int32]) {
    var table = MergeTable(capacity: 1 << 16)
    var results: [Int32] = []
    var rank: UInt32 = 0
    for (number, line) in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      let line = line.last == 0x0D ? line.dropLast() : line
      if line.isEmpty || line.starts(with: "#version".utf8) { continue }
      let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map(Array.init)
      guard parts.count == 2 else {
        throw UserError.file("\(path):\(number + 1): expected two tokens with one space between them.")
      }
      let ids = try [parts[0], parts[1], parts[0] + parts[1]].map { bytes in
        guard let id = bytes.withUnsafeBufferPointer({ id(of: $0) }) else {
          throw UserError.file(
            "\(path):\(number + 1): the token '\(String(decoding: bytes, as: UTF8.self))' is not in the vocab.json.")
        }
        return id
      }
      table.set(ids[0], ids[1], to: MergeTable.Merge(rank: rank, token: ids[2]))
      results.append(ids[2])
      rank += 1
    }
    return (table, results)
  }
}
