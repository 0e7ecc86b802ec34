import Autodiff

/// A trainable tensor by its name.
public struct Parameter {
  /// What it is called in the model and in checkpoints.
  public let name: String
  /// A float32 leaf that wants a gradient.
  public let variable: Variable
  /// What the learning rate is multiplied by for this tensor; LoRA+ (2402.12354) trains B faster than A.
  public let learningRateFactor: Double

  /// Names a variable.
  public init(_ name: String, _ variable: Variable, learningRateFactor: Double = 1) {
    precondition(variable.requiresGradient, "\(name) wants no gradient and cannot be trained")
    precondition(variable.elementType == .float32, "\(name) is trained in float32, not in \(variable.elementType)")
    self.name = name
    self.variable = variable
    self.learningRateFactor = learningRateFactor
  }
}
