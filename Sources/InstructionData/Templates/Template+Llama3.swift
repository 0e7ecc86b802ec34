extension Template {
  /// Llama 3: `<|begin_of_text|>` once, then `<|start_header_id|>ROLE<|end_header_id|>\n\nCONTENT<|eot_id|>`.
  ///
  /// Format: Meta's model card of Llama 3; contents are stripped, as in its `chat_template`. A derivative without
  /// `<|begin_of_text|>` begins with whatever its own post-processor adds.
  public static let llama3 = turns(
    name: .llama3, endOfTurn: "<|eot_id|>", beginning: .preferring("<|begin_of_text|>"), strips: true,
    header: { "<|start_header_id|>\($0.rawValue)<|end_header_id|>\n\n" }, separator: "")
}
