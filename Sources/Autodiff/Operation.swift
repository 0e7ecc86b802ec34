/// The inventory of everything that can be differentiated, a file each in `Operations`.
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
  // What a decoder is made of.
  case embedding, rmsNorm, rotary, attention, swiGLU, crossEntropy
  // Memory for time.
  case checkpoint
}
