import Autodiff

/// A trainable tensor by its name.
public struct Parameter {
  /// Its name in the model and in checkpoints.
  public let name: String
  /// A leaf that requires a gradient. A bfloat16 one has no float32 master copy: its updates are rounded at random.
  public let variable: Variable
  /// A factor for this tensor's learning rate; LoRA+ (2402.12354) trains B faster than A.
  public let learningRateFactor: Double

  /// Names a variable.
  public init(_ name: String, _ variable: Variable, learningRateFactor: Double = 1) {
    precondition(variable.requiresGradient, "\(name) requires no gradient and cannot be trained")
    self.name = name
    self.variable = variable
    self.learningRateFactor = learningRateFactor
  }
}
