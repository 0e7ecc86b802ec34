/// How long tensors are kept: decides which part of the memory they come from.
///
/// Passing tensors, those of one forward and backward pass, are gone when it ends, whatever their sizes. The next pass
/// finds their part of the memory empty and fills it from the start, so that it needs what its own tensors need and not
/// more, however long earlier ones were. A tensor that outlives its pass must be a lasting one: it would stay in the
/// middle.
public enum TensorLifetime: Sendable {
  /// Weights, gradients of parameters, moments, caches: anything that outlives a pass.
  case lasting
  /// Activations and what is computed from them, until the pass is over.
  case passing

  /// The lifetime of the tensors that this task makes; threads that help it make lasting ones.
  @TaskLocal static var current = TensorLifetime.lasting

  /// The lifetime of the gradients of parameters. In a step of one micro-batch they pass with it: there is no second
  /// forward pass that would find them in its way, and its activations can make room for them.
  @TaskLocal package static var ofGradients = TensorLifetime.lasting

  /// Makes the tensors of `body` with this lifetime.
  public func callAsFunction<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Self.$current.withValue(self, operation: body)
  }
}
