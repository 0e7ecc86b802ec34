import Autodiff

/// A trainable tensor by its name.
public struct Parameter {
  /// Its name in the model and in checkpoints.
  public let name: String
  /// A float32 leaf that requires a gradient.
  public let variable: Variable
  /// A factor for this tensor's learning rate; LoRA+ (2402.12354) trains B faster than A.
  public let learningRateFactor: Double

  /// Names a variable.
  public init(_ name: String, _ variable: Variable, learningRateFactor: Double = 1) {
    precondition(variable.requiresGradient, "\(name) requires no gradient and cannot be trained")
    precondition(variable.elementType == .float32, "\(name) is trained in float32, not in \(variable.elementType)")
    self.name = name
    self.variable = variable
    self.learningRateFactor = learningRateFactor
  }
}
