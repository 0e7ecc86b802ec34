import Autodiff
import InstructionData
import LanguageModels
import Tensors
import Testing
import Training

@Suite("A pair's prompt is computed once")
struct SharedPromptTests {
  /// Prompts and answers of many lengths: single tokens, and more than one block of attention's rows.
  static let pairs: [PreferenceExample] = {
    func tokens(_ count: Int, _ seed: Int) -> [Int32] { (0..<count).map { Int32(($0 * $0 + 7 * $0 + seed) % 32) } }
    return [(5, 7, 3), (1, 1, 1), (40, 1, 90), (150, 12, 12), (2, 70, 1)].enumerated().map { index, counts in
      PreferenceExample(
        prompt: tokens(counts.0, index), chosen: tokens(counts.1, index + 3), rejected: tokens(counts.2, index + 5),
        origin: ExampleOrigin(source: 0, line: index + 1))
    }
  }()

  /// The log-probabilities of answers, each after a prompt of its own.
  private func separate(_ model: LanguageModel, _ pairs: [PreferenceExample]) -> (chosen: Variable, rejected: Variable)
  {
    func logProbabilities(_ answer: (PreferenceExample) -> [Int32]) -> Variable {
      var (rows, targets, parts): ([Int], [Int32], [Range<Int>]) = ([], [], [])
      var start = 0
      for pair in pairs {
        let answer = answer(pair)
        let first = start + pair.prompt.count - 1
        parts.append(rows.count..<rows.count + answer.count)
        rows += first..<first + answer.count
        targets += answer
        start = first + answer.count
      }
      let layout = SequenceLayout(pairs.map { $0.prompt + answer($0).dropLast() })
      return -model.losses(model.states(layout), rows: rows, targets: targets).losses.sums(over: parts)
    }
    return (logProbabilities(\.chosen), logProbabilities(\.rejected))
  }

  /// A loss that weighs every answer of every pair differently, and its gradients.
  private func run(
    _ model: LanguageModel, _ logProbabilities: (chosen: Variable, rejected: Variable)
  ) -> (loss: Float, gradients: [String: [Float]]) {
    let scores = PairScores(
      chosen: logProbabilities.chosen, rejected: logProbabilities.rejected,
      referenceChosen: [-20, -3, -4, -35, -230], referenceRejected: [-10, -3, -300, -40, -4],
      chosenLengths: Self.pairs.map(\.chosen.count), rejectedLengths: Self.pairs.map(\.rejected.count))
    let loss = PreferenceLoss.sigmoid(beta: 0.1).losses(scores).sum()
    loss.backward()
    defer { for parameter in model.trained { parameter.variable.clearGradient() } }
    return (
      loss.scalar,
      Dictionary(uniqueKeysWithValues: model.trained.map { ($0.name, $0.variable.gradient?.array ?? []) })
    )
  }

  @Test("loss and gradients are those of separate sequences", arguments: ActivationCheckpointing.allCases)
  func equality(checkpointing: ActivationCheckpointing) throws {
    let model = try TinyTraining().model
    let expected = run(model, separate(model, Self.pairs))
    model.checkpointing = checkpointing
    let found = run(model, model.logProbabilities(of: PairTree(Self.pairs)))
    #expect(abs(found.loss - expected.loss) < 1e-5 * abs(expected.loss))
    for (name, gradient) in expected.gradients {
      let other = try #require(found.gradients[name])
      let difference = zip(gradient, other).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
      let norm = gradient.reduce(0) { $0 + Double($1) * Double($1) }
      #expect(norm > 0 && difference.squareRoot() < 1e-5 * norm.squareRoot(), "\(name)")
    }
  }

  @Test("every token of a prompt is computed once, and answers without the last one")
  func rows() {
    let pairs = PairTree(Array(Self.pairs.prefix(2)))
    let packed = pairs.tree.predictions(of: pairs.answers)
    #expect(packed.layout.tokens.count == (5 + 6 + 2) + (1 + 0 + 0))
    #expect(packed.layout.positions == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 5, 6, 0])
    // The prompt's last row predicts the first token of both answers.
    #expect(packed.requestedRows == [4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
    #expect(packed.rows == [0, 1, 2, 3, 4, 5, 6, 0, 7, 8, 9, 9])
    #expect(
      packed.targets == Self.pairs[0].chosen + Self.pairs[0].rejected + Self.pairs[1].chosen + Self.pairs[1].rejected)
    #expect(pairs.chosen.map { packed[$0] } == [[0..<7], [10..<11]])
    #expect(pairs.rejected.map { packed[$0] } == [[7..<10], [11..<12]])
    #expect(
      packed.layout.spans == [
        AttentionSpan(sequence: 0..<5), AttentionSpan(queries: 5..<11, keys: 5..<11, context: [0..<5]),
        AttentionSpan(queries: 11..<13, keys: 11..<13, context: [0..<5]), AttentionSpan(sequence: 13..<14),
      ])
  }
}
