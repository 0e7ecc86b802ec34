/// What recomputation trades memory for.
public enum ActivationCheckpointing: String, Sendable, CaseIterable {
  /// What derivatives read is kept, except for the product inside a gated feed-forward, which is always computed again: a
  /// tenth of the memory for a hundredth of the time.
  case none
  /// The outputs of products are kept; norms before them are computed again too.
  case selective
  /// Only the input of each layer is kept; layers are computed again.
  case full
}
