/// The inventory of everything that can be differentiated. Each operation is a file of the same name in `Operations`.
///
/// A test walks all cases: the value against a plain Float64 reference, the gradient against finite differences of that
/// reference. A case without a row in that test does not compile.
public enum Operation: String, Sendable, CaseIterable {
  // Elements.
  case add, addRow, subtract, multiply, multiplyRow, divide, scale
  case relu, gelu, silu, sigmoid, tanh, exp, logSigmoid, logOneMinusExp, dropout
  // Shapes.
  case reshape, transpose, concatenate, selectRows, cast
  // Sums.
  case sum, sumRanges, softmax
  // Products.
  case matrixProduct, linear, lowRankLinear
  // The parts of a decoder.
  case embedding, rmsNorm, rotary, attention, swiGLU, crossEntropy
  // Recomputation.
  case checkpoint
}
