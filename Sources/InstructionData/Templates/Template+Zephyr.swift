extension Template {
  /// Zephyr: `<|ROLE|>\nCONTENT</s>\n`, with stripped contents.
  ///
  /// Format: the `chat_template` of HuggingFaceH4/zephyr-7b-beta. With a SentencePiece tokenizer an answer begins with
  /// one `▁` more than in transformers, as with ``llama2``.
  public static let zephyr = turns(
    name: .zephyr, endOfTurn: "</s>", strips: true, header: { "<|\($0.rawValue)|>\n" }, separator: "\n")
}
