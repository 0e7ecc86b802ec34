extension Template {
  /// Zephyr: `<|ROLE|>\nCONTENT</s>\n`, with stripped contents.
  ///
  /// Format: the `chat_template` of HuggingFaceH4/zephyr-7b-beta.
  public static let zephyr = turns(
    name: .zephyr, endOfTurn: "</s>", strips: true, header: { "<|\($0.rawValue)|>\n" }, separator: "\n")
}
