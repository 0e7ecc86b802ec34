import Autodiff
import Foundation
import Tensors
import Testing
import Training

@Suite("Preference losses")
struct LossTests {
  /// Two pairs: numbers of no meaning, and the definitions' own arithmetic beside them.
  private static let h = [1.5, -4.0]

  private func scores() -> PairScores {
    PairScores(
      chosen: [-10, -21], rejected: [-12, -17], referenceChosen: [-11, -20], referenceRejected: [-11.5, -20],
      lengths: ([5, 7], [4, 2]))
  }

  private func expect(
    _ loss: PreferenceLoss, _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for (found, expected) in zip(loss.losses(scores()).value.array, expected) {
      #expect(abs(Double(found) - expected) < 1e-5 * max(1, abs(expected)), sourceLocation: sourceLocation)
    }
  }

  /// Ratios of the policy: -0.5 + 0.1 = -0.4, -10 + 30 = 20, -1 + 21 = 20. Of the reference: -0.5 + 0.1 = -0.4,
  /// -10.1 + 20.1 = 10, -0.1 + 0.1 = 0. So h is 0, 10, 20, and the loss -log σ(0.1 h) is log 2, 0.3133, 0.1269.
  @Test("torchtune's three pairs")
  func torchtune() {
    let scores = PairScores(
      chosen: [-0.5, -10, -1], rejected: [-0.1, -30, -21], referenceChosen: [-0.5, -10.1, -0.1],
      referenceRejected: [-0.1, -20.1, -0.1])
    let losses = PreferenceLoss.sigmoid(beta: 0.1).losses(scores).value.array
    for (found, expected) in zip(losses, [0.6931, 0.3133, 0.1269]) { #expect(abs(Double(found) - expected) < 1e-4) }
  }

  @Test("each form is its definition")
  func forms() {
    func logSigmoid(_ x: Double) -> Double { -log1p(exp(-x)) }
    expect(.sigmoid(beta: 0.3), Self.h.map { -logSigmoid(0.3 * $0) })
    expect(
      .sigmoid(beta: 0.3, labelSmoothing: 0.2), Self.h.map { -0.8 * logSigmoid(0.3 * $0) - 0.2 * logSigmoid(-0.3 * $0) }
    )
    expect(
      .robust(beta: 0.3, labelSmoothing: 0.2),
      Self.h.map { (-0.8 * logSigmoid(0.3 * $0) + 0.2 * logSigmoid(-0.3 * $0)) / 0.6 })
    expect(.robust(beta: 0.3, labelSmoothing: 0), Self.h.map { -logSigmoid(0.3 * $0) })
    expect(.hinge(beta: 0.3), Self.h.map { max(0, 1 - 0.3 * $0) })
    expect(.hinge(beta: 2), [0, 9])
    expect(.ipo(beta: 0.1), Self.h.map { ($0 - 5) * ($0 - 5) })
    // The ratios are 1 and -0.5, -1 and 3, over 5 and 4, 7 and 2 tokens.
    let means = [1.0 / 5 + 0.5 / 4, -1.0 / 7 - 3.0 / 2]
    expect(.ipo(beta: 0.1, dividesByTokens: true), means.map { ($0 - 5) * ($0 - 5) })

    let (chosen, rejected) = ([-10.0 / 5, -21.0 / 7], [-12.0 / 4, -17.0 / 2])
    expect(.simpo(beta: 2, gamma: 0.5), zip(chosen, rejected).map { -logSigmoid(2 * ($0 - $1) - 0.5) })
    func odds(_ mean: Double) -> Double { log(exp(mean) / (1 - exp(mean))) }
    expect(.orpo(lambda: 0.25), zip(chosen, rejected).map { -$0 - 0.25 * logSigmoid(odds($0) - odds($1)) })
  }

  @Test("KTO's values are σ of the distance from z, and its weights stand apart")
  func kto() {
    let loss = KTOLoss(beta: 0.5, desirableWeight: 2, undesirableWeight: 3)
    let ratios = Variable(Tensor([1, -4], [2]))
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    for (found, r) in zip(loss.desirable(ratios, z: 0.25).value.array, [1.0, -4]) {
      #expect(abs(Double(found) - 2 * (1 - sigmoid(0.5 * (r - 0.25)))) < 1e-6)
    }
    for (found, r) in zip(loss.undesirable(ratios, z: 0.25).value.array, [1.0, -4]) {
      #expect(abs(Double(found) - 3 * (1 - sigmoid(0.5 * (0.25 - r)))) < 1e-6)
    }
    #expect(KTOLoss.distance([1, -4, 6]) == 1)
    #expect(KTOLoss.distance([-1]) == 0)
    #expect(KTOLoss.distance([]) == 0)
  }

  private static let methods: [(name: String, loss: PreferenceLoss)] = [
    ("sigmoid", .sigmoid(beta: 0.3)), ("conservative", .sigmoid(beta: 0.3, labelSmoothing: 0.1)),
    ("robust", .robust(beta: 0.3, labelSmoothing: 0.1)), ("hinge", .hinge(beta: 0.3)), ("ipo", .ipo(beta: 0.1)),
    ("simpo", .simpo(beta: 2, gamma: 1)), ("orpo", .orpo(lambda: 0.1)),
  ]

  @Test("every form's gradient asks for a more likely better answer and a less likely worse one")
  func gradients() {
    for (name, loss) in Self.methods {
      let scores = scores()
      loss.losses(scores).sum().backward()
      let (up, down) = (scores.chosen.gradient?.array ?? [], scores.rejected.gradient?.array ?? [])
      #expect(up.count == 2 && up.allSatisfy { $0 < 0 }, "\(name): \(up)")
      #expect(down.count == 2 && down.allSatisfy { $0 > 0 }, "\(name): \(down)")
    }
  }

  /// -log σ(βh) ≈ log 2 - βh/2.
  @Test("with β towards 0 the gradient of DPO is β/2 times that of the difference of log-likelihoods")
  func smallBeta() {
    let scores = scores()
    PreferenceLoss.sigmoid(beta: 1e-4).losses(scores).sum().backward()
    for slope in scores.chosen.gradient?.array ?? [] { #expect(abs(slope / -0.5e-4 - 1) < 1e-3) }
    for slope in scores.rejected.gradient?.array ?? [] { #expect(abs(slope / 0.5e-4 - 1) < 1e-3) }
  }

  @Test("an answer known by heart, and one that could not be less likely, leave losses and gradients finite")
  func extremes() {
    for (name, loss) in Self.methods {
      let scores = PairScores(
        chosen: [0, -1e5], rejected: [-1e5, 0], referenceChosen: [-1, -1], referenceRejected: [-1, -1])
      let losses = loss.losses(scores)
      losses.sum().backward()
      let gradients = [scores.chosen, scores.rejected].flatMap { $0.gradient?.array ?? [.nan] }
      #expect(losses.value.array.allSatisfy { $0.isFinite }, "\(name)")
      #expect(gradients.allSatisfy { $0.isFinite }, "\(name)")
    }
  }
}

extension PairScores {
  /// Scores whose gradients can be looked at; of answers of one token where nothing is said.
  init(
    chosen: [Float], rejected: [Float], referenceChosen: [Float], referenceRejected: [Float],
    lengths: ([Int], [Int])? = nil
  ) {
    let ones = chosen.map { _ in 1 }
    self.init(
      chosen: Variable(Tensor(chosen, [chosen.count]), requiresGradient: true),
      rejected: Variable(Tensor(rejected, [rejected.count]), requiresGradient: true), referenceChosen: referenceChosen,
      referenceRejected: referenceRejected, chosenLengths: lengths?.0 ?? ones, rejectedLengths: lengths?.1 ?? ones)
  }
}
