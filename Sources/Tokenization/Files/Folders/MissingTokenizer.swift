import Diagnostics

/// What to say of a folder in which no tokenizer was found: what is there instead, and what to do about it.
struct MissingTokenizer {
  let names: [String]

  /// The rest of the sentence "contains no tokenizer".
  var description: String {
    let hints = names.compactMap { name in Self.hint(for: name).map { "'\(name)' \($0)" } }
    let described = names.filter(TokenizerFiles.isNeeded).map { "'\($0)' only describes a tokenizer" }
    let found = hints.isEmpty ? Array(described.prefix(1)) : hints
    let similar = names.lazy.compactMap { name in
      let match = suggestion(for: name, in: ["tokenizer.json", "tokenizer.model", "tekken.json", "vocab.json"])
      return match.isEmpty ? nil : "; '\(name)' has an unknown name.\(match)"
    }.first
    let expected =
      "expected tokenizer.json, tokenizer.model, tekken.json, vocab.json with merges.txt, or a .tiktoken file"
    if !found.isEmpty { return "; " + found.joined(separator: "; ") + "; \(expected)." }
    return similar.map { "; \(expected)\($0)" } ?? "; \(expected)."
  }

  /// What a file is that looks like a part of a tokenizer, to follow its name; nil for others.
  private static func hint(for name: String) -> String? {
    switch name {
    case TokenizerFiles.merges: return "needs the vocab.json that belongs to it"
    case "vocab.txt":
      return
        "is a list of word pieces (BERT's form), which says nothing about how text is split; save the tokenizer with "
        + "transformers, which writes a tokenizer.json"
    case "spiece.model", "sentencepiece.model", "spm.model", "sentencepiece.bpe.model", "source.spm":
      return "is a SentencePiece model under another name; if the ids of its pieces are the model's, rename it to "
        + "tokenizer.model, otherwise save the tokenizer with transformers, which writes a tokenizer.json"
    default: break
    }
    for (ending, tool) in [
      (".gz", "gunzip"), (".zip", "unzip"), (".xz", "unxz"), (".zst", "unzstd"), (".bz2", "bunzip2"),
    ]
    where name.hasSuffix(ending) && TokenizerFiles.isNeeded(String(name.dropLast(ending.count))) {
      return "is compressed; unpack it with \(tool)"
    }
    for ending in [".part", ".partial", ".tmp", ".incomplete", ".bak", ".txt", ".old"]
    where name.hasSuffix(ending) && TokenizerFiles.isNeeded(String(name.dropLast(ending.count))) {
      return "is a copy or an unfinished download; rename it to \(name.dropLast(ending.count)) if it is complete"
    }
    if TokenizerFiles.isTokenizer(name.lowercased()) { return "must be written \(name.lowercased())" }
    return nil
  }
}
