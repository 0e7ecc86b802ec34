import Autodiff
import LanguageModels
import Tensors
import Testing

@Suite("Prefixes that the sequences of a tree share")
struct MergedTreeTests {
  private static let system = tokens(24, 1)
  private static let shots = tokens(40, 2)

  private static func tokens(_ count: Int, _ seed: Int) -> [Int32] {
    (0..<count).map { Int32(($0 * $0 + 5 * $0 + seed * 7) % 64) }
  }

  private static func model(window: String = "null") throws -> LanguageModel {
    let configuration = try DecoderConfiguration(
      parsing: """
        {"model_type": "mistral", "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
         "num_attention_heads": 2, "num_key_value_heads": 1, "vocab_size": 64, "initializer_range": 0.2,
         "sliding_window": \(window)}
        """, place: "config.json")
    return LanguageModel(randomly: configuration, seed: 3)
  }

  /// Sequences, each with where its trained tokens start.
  private typealias Sequences = [(tokens: [Int32], trained: Int)]

  /// Hostile sets, by what is special about them, and how many rows are computed for each.
  private static let sets: [(name: String, sequences: [(tokens: [Int32], trained: Int)], rows: Int)] = [
    ("one is a prefix of another", [(system, 1), (system + [1, 2], 20), (system + [1, 2, 3], 24)], 24 + 1 + 2),
    ("equal sequences", [(system, 3), (system, 10), (system, 3)], 23),
    ("nothing in common", [(tokens(20, 1), 1), (tokens(30, 2), 5)], 19 + 29),
    (
      "apart by one token", [(system + [1, 5, 6], 24), (system + [2, 5, 6], 25), (system + [1, 4], 26)], 24 + 2 + 2 + 1
    ),
    (
      "trained inside of what is shared", [(system + [1], 2), (system + [2], 20), (system + [3, 4], 25)], 24 + 0 + 0 + 1
    ),
    (
      "three levels, the order mixed",
      [
        (system + shots + [1, 2], 64), ([9, 8, 7], 1), (system + shots + tokens(20, 3) + [4], 70),
        (system + [5, 5], 24), (system + shots + tokens(20, 3) + [6, 1], 84), (tokens(18, 4), 1),
      ], 24 + 40 + 1 + 20 + 0 + 1 + 1 + 2 + 17
    ),
    ("too little in common", [(Array(system.prefix(15)) + [1], 1), (Array(system.prefix(15)) + [2], 1)], 30),
    ("empty ones among them", [([], 0), (system + [1], 24), ([], 0), (system + [2, 3], 24)], 24 + 0 + 1),
  ]

  private func predictions(
    _ sequences: Sequences, sharing: Bool
  ) -> (predictions: SequenceTree.Predictions, segments: [SequenceTree.Segment]) {
    var tree = SequenceTree()
    let targets = sequences.map { (segment: tree.append($0.tokens), places: [$0.trained..<$0.tokens.count]) }
    return (tree.predictions(of: targets, sharingPrefixes: sharing), targets.map(\.segment))
  }

  /// A loss that weighs every sequence differently, the sequences' losses, and all gradients.
  private func run(
    _ model: LanguageModel, _ sequences: Sequences, sharing: Bool
  ) -> (losses: [Float], gradients: [[Double]]) {
    let (predictions, segments) = predictions(sequences, sharing: sharing)
    let losses = model.losses(of: predictions).losses.sums(over: segments.map { predictions[$0] })
    let weights = segments.indices.map { Float($0 + 1) }
    (losses * Variable(Tensor(weights, [weights.count]))).sum().backward()
    defer { for parameter in model.parameters { parameter.variable.clearGradient() } }
    return (
      losses.value.array, model.parameters.map { ($0.variable.gradient?.array ?? []).map(Double.init) }
    )
  }

  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  private func norm(_ a: [Double]) -> Double { distance(a, a.map { _ in 0 }) }

  @Test(
    "have the losses and gradients of separate computation", arguments: sets.indices, ["null", "19"])
  func equality(set: Int, window: String) throws {
    let (name, sequences, rows) = Self.sets[set]
    let model = try Self.model(window: window)
    #expect(predictions(sequences, sharing: true).predictions.layout.tokens.count == rows, "\(name)")
    let separate = run(model, sequences, sharing: false)
    for checkpointing in ActivationCheckpointing.allCases {
      model.checkpointing = checkpointing
      let shared = run(model, sequences, sharing: true)
      for (found, expected) in zip(shared.losses, separate.losses) {
        #expect(abs(found - expected) <= 1e-6 * abs(expected), "\(name)")
      }
      let (found, expected) = (Array(shared.gradients.joined()), Array(separate.gradients.joined()))
      #expect(distance(found, expected) <= 1e-6 * norm(expected), "\(name)")
      // Small gradients are the differences of larger ones, which are summed in another order.
      for (parameter, gradients) in zip(model.parameters, zip(shared.gradients, separate.gradients)) {
        #expect(distance(gradients.0, gradients.1) <= 3e-6 * norm(gradients.1), "\(name): \(parameter.name)")
      }
    }
  }

  @Test("the layout is today's where nothing is shared, and trained tokens of a shared segment are predicted once")
  func layouts() {
    for (name, sequences, _) in Self.sets where name == "nothing in common" || name == "too little in common" {
      let (shared, separate) = (predictions(sequences, sharing: true), predictions(sequences, sharing: false))
      #expect(shared.predictions.layout.spans == separate.predictions.layout.spans)
      #expect(shared.predictions.layout.tokens == separate.predictions.layout.tokens)
      #expect(shared.predictions.rows == separate.predictions.rows)
      #expect(shared.predictions.targets == separate.predictions.targets)
    }
    let (found, segments) = predictions([(Self.system + [1], 2), (Self.system + [2, 3], 20)], sharing: true)
    #expect(found.targets.count == 22 + 1 + 2)
    #expect(found.counts == [Int](repeating: 1, count: 18) + [2, 2, 2, 2] + [1, 1, 1])
    #expect(segments.map { found[$0] } == [[0..<23], [18..<22, 23..<25]])
  }

  @Test("three levels under a system prompt: prompts, and both answers to each")
  func levels() {
    let shots = Self.shots
    let prompts = [shots + [1, 2], [3], shots + [4]].map { Self.system + $0 }
    let asked = prompts.map { AnsweredPrompt(prompt: $0, answers: [[7, 8], [7, 9, 1]]) }
    let (tree, answers) = SequenceTree.of(asked)
    let layout = tree.predictions(of: answers.flatMap { $0 }).layout
    #expect(layout.tokens == Self.system + shots + [1, 2] + [7] + [7, 9] + [4] + [7] + [7, 9] + [3] + [7] + [7, 9])
    #expect(
      layout.positions
        == Array(0..<64) + [64, 65] + [66] + [66, 67] + [64] + [65] + [65, 66] + [24] + [25] + [25, 26])
    let (system, middle) = (0..<24, 24..<64)
    #expect(
      layout.spans.map(\.context) == [
        [], [system], [system, middle], [system, middle, 64..<66], [system, middle, 64..<66], [system, middle],
        [system, middle, 69..<70], [system, middle, 69..<70], [system], [system, 73..<74], [system, 73..<74],
      ])
  }

  @Test("answers are scored in their order, however prompts are grouped")
  func answeredPrompts() throws {
    let model = try Self.model()
    let scorer = LanguageModel(randomly: model.configuration.forRewardModel, seed: 3)
    let prompts = [Self.system + [1], [5], Self.system + [2], [6, 7], Self.system].map {
      AnsweredPrompt(prompt: $0, answers: [[3, 4], [], Self.shots, Self.shots + [1]])
    }
    func values(_ model: LanguageModel, _ found: (LanguageModel) -> [[Float]]) -> (shared: [Float], separate: [Float]) {
      let shared = found(model)
      model.sharesPrefixes = false
      return (shared.flatMap { $0 }, found(model).flatMap { $0 })
    }
    for tokens in [1, 90, 2048] {
      for (shared, separate) in [
        values(try Self.model()) { $0.logProbabilities(of: prompts, tokensAtATime: tokens) },
        values(scorer) { $0.rewards(of: prompts, tokensAtATime: tokens) },
      ] {
        for (one, other) in zip(shared, separate) { #expect(abs(one - other) <= 2e-6 * max(1, abs(other))) }
      }
      scorer.sharesPrefixes = true
    }
  }

  @Test("the gradient through three levels is the slope of the loss", arguments: [0, 1, 4])
  func slope(parameter: Int) throws {
    let model = try Self.model()
    let sequences = Self.sets[5].sequences
    let gradient = run(model, sequences, sharing: true).gradients[parameter]
    let norm = distance(gradient, gradient.map { _ in 0 })
    let variable = model.parameters[parameter].variable
    func lossMoved(by step: Double) -> Double {
      func move(_ step: Double) {
        variable.updateValue { value in
          for index in gradient.indices { value[index] += Float(step * gradient[index] / norm) }
        }
      }
      move(step)
      defer { move(-step) }
      let (predictions, segments) = predictions(sequences, sharing: true)
      let losses = withoutGradients { model.losses(of: predictions).losses.value.array }
      return segments.enumerated().reduce(0) { sum, segment in
        predictions[segment.1].joined().reduce(sum) { $0 + Double(segment.0 + 1) * Double(losses[$1]) }
      }
    }
    let slope = (lossMoved(by: 1e-3) - lossMoved(by: -1e-3)) / 2e-3
    #expect(abs(slope / norm - 1) < 1e-2, "\(slope) for \(norm)")
  }
}
