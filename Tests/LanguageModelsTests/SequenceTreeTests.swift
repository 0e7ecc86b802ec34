import Autodiff
import LanguageModels
import Tensors
import Testing

@Suite("A sequence tree")
struct SequenceTreeTests {
  private let model: LanguageModel

  /// Shots that are shared by two questions, of which the first has two answers and the second one.
  private let shots: [Int32] = [1, 4, 2, 9, 3]
  private let questions: [[Int32]] = [[7, 8], [6, 5, 11]]
  private let answers: [[[Int32]]] = [[[10, 3, 12], [13]], [[2, 2]]]

  init() throws {
    let configuration = try DecoderConfiguration(
      parsing: """
        {"model_type": "llama", "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
         "num_attention_heads": 2, "vocab_size": 16}
        """, place: "config.json")
    model = LanguageModel(randomly: configuration, seed: 3)
  }

  private func nested() -> (tree: SequenceTree, answers: [SequenceTree.Segment]) {
    var tree = SequenceTree()
    let root = tree.append(shots)
    let leaves = zip(questions, answers).flatMap { question, answers in
      let question = tree.append(question, to: root)
      return answers.map { tree.append($0, to: question) }
    }
    return (tree, leaves)
  }

  @Test("a segment sees all of its ancestors, and its positions continue from its parent's")
  func layout() {
    let (tree, leaves) = nested()
    let layout = tree.endings(of: leaves).layout
    #expect(layout.tokens == [1, 4, 2, 9, 3] + [7, 8] + [10, 3, 12] + [13] + [6, 5, 11] + [2, 2])
    #expect(layout.positions == [0, 1, 2, 3, 4] + [5, 6] + [7, 8, 9] + [7] + [5, 6, 7] + [8, 9])
    #expect(
      layout.spans == [
        AttentionSpan(sequence: 0..<5), AttentionSpan(queries: 5..<7, keys: 5..<7, context: [0..<5]),
        AttentionSpan(queries: 7..<10, keys: 7..<10, context: [0..<5, 5..<7]),
        AttentionSpan(queries: 10..<11, keys: 10..<11, context: [0..<5, 5..<7]),
        AttentionSpan(queries: 11..<14, keys: 11..<14, context: [0..<5]),
        AttentionSpan(queries: 14..<16, keys: 14..<16, context: [0..<5, 11..<14]),
      ])
  }

  @Test("leaves go without their last tokens, and a parent's last row predicts the first token of every child")
  func predictions() {
    let (tree, leaves) = nested()
    let predictions = tree.predictions(of: leaves)
    #expect(predictions.layout.tokens == [1, 4, 2, 9, 3] + [7, 8] + [10, 3] + [] + [6, 5, 11] + [2])
    #expect(predictions.requestedRows == [6, 7, 8, 11, 12])
    #expect(predictions.rows == [0, 1, 2] + [0] + [3, 4])
    #expect(predictions.targets == [10, 3, 12, 13, 2, 2])
    #expect(leaves.map { predictions[$0] } == [[0..<3], [3..<4], [4..<6]])
  }

  @Test("some tokens of a sequence, each predicted by the row before it")
  func someTokens() {
    var tree = SequenceTree()
    let (first, empty) = (tree.append([1, 2, 3, 4, 5]), tree.append([]))
    let second = tree.append([6, 7])
    let predictions = tree.predictions(of: [(first, [1..<2, 4..<5]), (empty, []), (second, [1..<2])])
    #expect(predictions.layout.tokens == [1, 2, 3, 4, 6])
    #expect(predictions.layout.spans == SequenceLayout([[1, 2, 3, 4], [6]]).spans)
    #expect(predictions.requestedRows == [0, 3, 4] && predictions.rows == [0, 1, 2])
    #expect(predictions.targets == [2, 5, 7])
    #expect([first, empty, second].map { predictions[$0] } == [[0..<2], [], [2..<3]])
  }

  @Test("an empty segment has no end and no tokens to predict; what continues it continues its parent")
  func emptySegments() {
    var tree = SequenceTree()
    let prompt = tree.append([1, 2])
    let nothing = tree.append([], to: prompt)
    let answer = tree.append([3, 4], to: nothing)
    let (predictions, endings) = (tree.predictions(of: [nothing, answer]), tree.endings(of: [nothing, answer]))
    #expect(predictions[nothing].isEmpty && predictions[answer] == [0..<2])
    #expect(predictions.requestedRows == [1, 2] && predictions.layout.positions == [0, 1, 2])
    #expect(endings.rows == [3] && endings[nothing].isEmpty && endings[answer] == 0..<1)
  }

  @Test("losses are those of separate sequences")
  func losses() {
    let (tree, leaves) = nested()
    let predictions = tree.predictions(of: leaves)
    let found = withoutGradients { model.losses(of: predictions).losses.value.array }
    let paths = zip(questions, answers).flatMap { question, answers in answers.map { (shots + question, $0) } }
    for (leaf, (prompt, answer)) in zip(leaves, paths) {
      let states = withoutGradients { model.states(SequenceLayout([prompt + answer.dropLast()])) }
      let rows = Array(prompt.count - 1..<prompt.count - 1 + answer.count)
      let expected = withoutGradients { model.losses(states, rows: rows, targets: answer).losses.value.array }
      for (found, expected) in zip(predictions[leaf].joined().map { found[$0] }, expected) {
        #expect(abs(found - expected) < 1e-5)
      }
    }
  }

  @Test("answers to prompts, some at a time: an empty one has log-probability 0")
  func answeredPrompts() {
    let prompts = [
      AnsweredPrompt(prompt: shots, answers: [[7, 8], [], [9]]), AnsweredPrompt(prompt: [1], answers: [[3]]),
    ]
    let together = model.logProbabilities(of: prompts)
    let apart = model.logProbabilities(of: prompts, tokensAtATime: 1)
    #expect(together.map(\.count) == [3, 1] && together[0][1] == 0)
    for (one, other) in zip(together.joined(), apart.joined()) { #expect(abs(one - other) < 1e-5) }
    let (tree, answers) = SequenceTree.of(prompts)
    let predictions = tree.predictions(of: answers[0])
    let losses = withoutGradients { model.losses(of: predictions).losses.value.array }
    #expect(abs(together[0][0] + predictions[answers[0][0]].joined().reduce(0) { $0 + losses[$1] }) < 1e-5)
  }

  @Test("a reward model reads answers at their last tokens")
  func rewards() {
    let scorer = LanguageModel(randomly: model.configuration.forRewardModel, seed: 3)
    let found = scorer.rewards(of: [AnsweredPrompt(prompt: shots, answers: [[7, 8], [], [9]])])
    #expect(found.map(\.count) == [3] && found[0][1] == 0)
    for (answer, found) in zip([[7, 8], [9]], [found[0][0], found[0][2]]) {
      let sequence = shots + answer.map(Int32.init)
      let expected = withoutGradients {
        scorer.scores(scorer.states(SequenceLayout([sequence])), rows: [sequence.count - 1]).value.array[0]
      }
      #expect(abs(found - expected) < 1e-5)
    }
  }

  @Test("elements in groups of so many tokens")
  func grouping() {
    func sizes(_ counts: [Int]) -> [[Int]] {
      let prefixes = counts.map { _ in [Int32]() }
      let grouping = Grouping(prefixes, tokensAtATime: 10, sharingPrefixes: true) { place, _ in counts[place] }
      return grouping.groups.map { $0.map { counts[$0] } }
    }
    #expect(sizes([4, 6, 1, 20, 3, 3]) == [[4, 6], [1], [20], [3, 3]])
    #expect(sizes([]).isEmpty)
  }
}
