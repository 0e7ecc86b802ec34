extension Template {
  /// ChatML, `<|im_start|>ROLE\nCONTENT<|im_end|>\n`, without a default system message.
  ///
  /// Format: OpenAI's ChatML as the models of Qwen and SmolLM2 use it. The tokens include the line break after
  /// `<|im_end|>`, but it is not trained on (except with `train_on: all`).
  public static let chatml = turns(
    name: .chatml, endOfTurn: "<|im_end|>", strips: false, header: { "<|im_start|>\($0.rawValue)\n" }, separator: "\n")
}
