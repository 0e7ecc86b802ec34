import StrictJSON

/// Writes the `tokenizer.json` of a byte-level BPE that Attune trained, formatted as Python's `tokenizers` formats it.
struct TokenizerText {
  /// Tokens in the order of their ids.
  let tokens: [String]
  /// Pairs of ids in the order of their ranks.
  let merges: [(left: Int, right: Int)]
  let specialTokens: [String]
  let splitsDigits: Bool

  var json: String {
    let added = specialTokens.enumerated().map { id, token in
      """
          {
            "id": \(id),
            "content": \(quoted(token)),
            "single_word": false,
            "lstrip": false,
            "rstrip": false,
            "normalized": false,
            "special": true
          }
      """
    }
    let vocabulary = tokens.enumerated().map { id, token in "      \(quoted(token)): \(id)" }
    let pairs = merges.map { "      [\(quoted(tokens[$0.left])), \(quoted(tokens[$0.right]))]" }
    let byteLevel = #"{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}"#
    let digits = #"{"type": "Digits", "individual_digits": true}"#
    let preTokenizer =
      splitsDigits ? #"{"type": "Sequence", "pretokenizers": [\#(digits), \#(byteLevel)]}"# : byteLevel
    return """
      {
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": \(list(added, "[", "]", indentation: "  ")),
        "normalizer": null,
        "pre_tokenizer": \(preTokenizer),
        "post_processor": null,
        "decoder": \(byteLevel),
        "model": {
          "type": "BPE",
          "dropout": null,
          "unk_token": null,
          "continuing_subword_prefix": null,
          "end_of_word_suffix": null,
          "fuse_unk": false,
          "byte_fallback": false,
          "ignore_merges": false,
          "vocab": \(list(vocabulary, "{", "}", indentation: "    ")),
          "merges": \(list(pairs, "[", "]", indentation: "    "))
        }
      }

      """
  }

  private func list(_ lines: [String], _ opening: String, _ closing: String, indentation: String) -> String {
    lines.isEmpty ? opening + closing : "\(opening)\n\(lines.joined(separator: ",\n"))\n\(indentation)\(closing)"
  }

  private func quoted(_ text: String) -> String { JSONValue.string(text).compactText }
}
