extension AdapterConfiguration {
  /// Why an adapter cannot be multiplied into a model's weights; nil where it can.
  public var reasonAgainstMerging: String? {
    switch kind {
    case .lora, .dora, .ia3, .biasNorm: nil
    case .prefix:
      "a prefix is keys and values that every token attends to, and no weight of a model holds those"
    case .prompt:
      "a prompt is rows in front of the text, and no weight of a model holds those"
    case .bottleneck:
      "a bottleneck adapter is a layer of its own with a nonlinear function in its middle, which no weight of a model "
        + "can take in"
    }
  }
}
