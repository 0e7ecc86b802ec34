extension Template {
  /// ChatML, `<|im_start|>ROLE\nCONTENT<|im_end|>\n`, with no system message of its own.
  ///
  /// Format: OpenAI's ChatML as the models of Qwen and SmolLM2 write it. The line break behind `<|im_end|>` stands in
  /// the tokens and is not trained on (except with `train_on: all`).
  public static let chatml = turns(
    name: .chatml, endOfTurn: "<|im_end|>", strips: false, header: { "<|im_start|>\($0.rawValue)\n" }, behind: "\n")
}
