import Autodiff
import Tensors

/// What a preference loss reads of some pairs: one element a pair, `[pairs]`, all in float32.
public struct PairScores {
  /// `log π(y|x) = Σ log p(token)` of the better answer y, and of the worse one.
  public let chosen: Variable, rejected: Variable
  /// The same by the reference; zeros where there is none.
  public let referenceChosen: Variable, referenceRejected: Variable
  /// Tokens of each answer.
  public let chosenLengths: [Int], rejectedLengths: [Int]

  /// Makes scores of pairs; without a reference its log-probabilities are 0.
  public init(
    chosen: Variable, rejected: Variable, referenceChosen: [Float]? = nil, referenceRejected: [Float]? = nil,
    chosenLengths: [Int], rejectedLengths: [Int]
  ) {
    (self.chosen, self.rejected) = (chosen, rejected)
    let zeros = [Float](repeating: 0, count: chosen.shape.count)
    self.referenceChosen = constant(referenceChosen ?? zeros)
    self.referenceRejected = constant(referenceRejected ?? zeros)
    (self.chosenLengths, self.rejectedLengths) = (chosenLengths, rejectedLengths)
  }

  /// `log π(y|x) / π_ref(y|x)` of the better answers.
  var chosenRatios: Variable { chosen - referenceChosen }
  /// The same of the worse ones.
  var rejectedRatios: Variable { rejected - referenceRejected }
  /// How much more the policy prefers the better answer than the reference does: h of 2310.12036.
  var margins: Variable { chosenRatios - rejectedRatios }
  /// `log π(y|x) / |y|` of the better answers: the mean over tokens.
  var chosenMeans: Variable { chosen / lengths(chosenLengths) }
  /// The same of the worse ones.
  var rejectedMeans: Variable { rejected / lengths(rejectedLengths) }
}

/// Numbers without a gradient, `[n]`.
func constant(_ values: [Float]) -> Variable { Variable(Tensor(values, [values.count])) }

/// Numbers of tokens as divisors.
func lengths(_ counts: [Int]) -> Variable { constant(counts.map { Float($0) }) }

/// `x + c` for a number c.
func + (x: Variable, number: Double) -> Variable {
  x + Variable(Tensor(repeating: Float(number), x.shape))
}
