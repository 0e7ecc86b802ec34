import Adapters
import Autodiff
import InstructionData
import LanguageModels
import Optimization
import StrictJSON
import Tensors
import Testing
import Training

/// What is rehearsed must be what is then held. It fails where an operation decides by values what it keeps, or makes
/// tensors of some size where a rehearsal does not see them.
@Suite("The memory of training")
struct TrainingMemoryTests {
  struct Setting: CustomTestStringConvertible {
    var adapter: AdapterConfiguration?
    var precision = ElementType.float32
    var master = MasterWeights.float32
    var checkpointing = ActivationCheckpointing.none
    var microBatch = 4
    var testDescription: String {
      "\(adapter?.method ?? "full"), \(precision), \(checkpointing), \(microBatch) at a time"
    }
  }

  static let settings = [
    Setting(), Setting(checkpointing: .selective), Setting(checkpointing: .full), Setting(precision: .bfloat16),
    Setting(precision: .bfloat16, checkpointing: .full), Setting(microBatch: 8),
    Setting(adapter: .lora(lowRank())), Setting(adapter: .lora(lowRank()), precision: .bfloat16),
    Setting(adapter: .lora(lowRank { $0.dropout = 0.1 }), checkpointing: .selective),
    Setting(adapter: .lora(lowRank()), checkpointing: .full), Setting(adapter: .dora(lowRank())),
    Setting(adapter: prefix(reparameterization: 64)), Setting(adapter: bottleneck(.houlsby)),
    Setting(adapter: .ia3(.init())), Setting(adapter: .biasNorm),
  ]

  private static let shape: [String: JSONValue] = [
    "hidden_size": 64, "intermediate_size": 160, "num_hidden_layers": 3, "vocab_size": 512,
    "max_position_embeddings": 512,
  ]

  private static func tokens(_ count: Int, of seed: Int) -> [Int32] {
    (0..<count).map { Int32(($0 * 7 + seed * 13) % 512) }
  }

  private static let examples = (0..<8).map { index in
    Example(
      tokens: tokens(180 + 10 * index, of: index), trained: [40..<180 + 10 * index],
      origin: ExampleOrigin(source: 0, line: index))
  }

  private static let pairs = (0..<8).map { index in
    PreferenceExample(
      prompt: tokens(100 + index, of: index), chosen: tokens(60 + index, of: 0), rejected: tokens(80, of: 9),
      origin: ExampleOrigin(source: 0, line: index))
  }

  /// Two system prompts under four examples each.
  private static let prompted = (0..<8).map { index in
    Example(
      tokens: tokens(120, of: index % 2) + tokens(60 + 10 * index, of: index), trained: [90..<180 + 10 * index],
      origin: ExampleOrigin(source: 0, line: index))
  }

  private func prepared(_ setting: Setting) throws -> (model: LanguageModel, parameters: [Parameter]) {
    let model = LanguageModel(
      standingInFor: try smallConfiguration(Self.shape), precision: setting.precision,
      trainable: setting.adapter == nil, master: setting.master, stored: { _ in .float32 })
    model.checkpointing = setting.checkpointing
    guard let configuration = setting.adapter else {
      return (model, model.parameters.map { Parameter($0.name, $0.variable) })
    }
    let adapter = try Adapter(configuration, on: model, seed: 1)
    model.attachments = adapter.attachments
    return (model, adapter.parameters)
  }

  /// The peak of two steps that are really computed, in a pool of their own.
  private func measured<Element: TrainingExample>(
    _ setting: Setting, _ steps: [[[Element]]], _ objective: Objective<Element>
  ) throws -> Int {
    let pool = MemoryPool()
    try MemoryPool.$current.withValue(pool) {
      let (model, parameters) = try prepared(setting)
      var optimizer = AdamW()
      for microBatches in steps {
        let count = objective.addGradients(model, microBatches) { UInt64($0) }.count
        optimizer.step(parameters, learningRate: 1e-3, gradientScale: 1 / Double(count))
        for parameter in parameters { parameter.variable.clearGradient() }
      }
    }
    return pool.peakBytes
  }

  private func compare<Element: TrainingExample>(
    _ setting: Setting, _ examples: [Element], _ objective: Objective<Element>
  ) throws {
    let micro = stride(from: 0, to: examples.count, by: setting.microBatch).map {
      Array(examples[$0..<$0 + setting.microBatch])
    }
    let memory = try TrainingMemory(rehearsing: [micro, micro], evaluations: [], objective) { try prepared(setting) }
    let measured = try measured(setting, [micro, micro], objective)
    let rehearsed = memory.weights + memory.gradients + memory.moments + memory.activations
    // What threads make for themselves, blocks of attention, is not rehearsed.
    #expect(abs(rehearsed - measured) <= measured / 25, "rehearsed \(rehearsed), measured \(measured)")
    #expect(memory.total >= rehearsed)
  }

  @Test("of demonstrations is what was rehearsed", arguments: settings)
  func demonstrations(setting: Setting) throws { try compare(setting, Self.examples, .supervised) }

  @Test("of examples that share prefixes is what was rehearsed", arguments: settings.prefix(3))
  func sharedPrefixes(setting: Setting) throws { try compare(setting, Self.prompted, .supervised) }

  @Test(
    "of weights without master weights, moments of eight bits and freed gradients is what was rehearsed",
    arguments: [ActivationCheckpointing.none, .full], [true, false])
  func lessMemory(checkpointing: ActivationCheckpointing, isInBackward: Bool) throws {
    let setting = Setting(precision: .bfloat16, master: .none, checkpointing: checkpointing)
    let pool = MemoryPool()
    try MemoryPool.$current.withValue(pool) {
      let (model, parameters) = try prepared(setting)
      let step = OptimizerStep(parameters, isInBackward: isInBackward)
      var optimizer = Optimizer(moments: .int8)
      for _ in 0..<2 {
        _ = step(.supervised, model, [Self.examples], learningRate: 1e-3, &optimizer) { UInt64($0) }
      }
    }
    let memory = try TrainingMemory(
      rehearsing: [[Self.examples], [Self.examples]], evaluations: [], .supervised,
      optimizer: Optimizer(moments: .int8), updatesInBackward: isInBackward
    ) { try prepared(setting) }
    let rehearsed = memory.weights + memory.gradients + memory.moments + memory.activations
    #expect(abs(rehearsed - pool.peakBytes) <= pool.peakBytes / 25, "\(rehearsed), measured \(pool.peakBytes)")
    let largest = try #require(try prepared(setting).parameters.map(\.variable.shape.count).max())
    #expect(memory.gradients == 4 * (isInBackward ? largest : memory.trainedCount))
    // A byte for each of two moments and four for every 256 of them; four for each where a tensor is small.
    let moments = try prepared(setting).parameters.map(\.variable.shape.count).map { count in
      count < 4096 ? 8 * count : 2 * (count + 4 * ((count + 255) / 256))
    }
    #expect(memory.moments == moments.reduce(0, +))
  }

  @Test(
    "of preferences is what was rehearsed",
    arguments: [Setting(adapter: .lora(lowRank())), Setting(adapter: .lora(lowRank()), checkpointing: .full)])
  func preferences(setting: Setting) throws {
    try compare(setting, Self.pairs, .preference(.sigmoid(beta: 0.1, labelSmoothing: 0), reference: .adapterOff))
  }

  @Test("of a whole model trained on preferences, beside a reference's scores")
  func preferencesOfWholeModel() throws {
    let scores = ReferenceScores(Self.pairs, Self.pairs.map { _ in AnswerScores(chosen: -9, rejected: -8) })
    try compare(
      Setting(), Self.pairs, .preference(.sigmoid(beta: 0.1, labelSmoothing: 0), reference: .scores(scores)))
  }

  /// Records of all lengths up to that of the first.
  private static let varied = [400] + (0..<50).map { 20 + $0 * 7919 % 380 }

  @Test(
    "is that of the largest micro-batch from then on, whatever the lengths of the others",
    arguments: [
      Setting(), Setting(precision: .bfloat16), Setting(adapter: .lora(lowRank())),
      Setting(adapter: .lora(lowRank()), precision: .bfloat16, checkpointing: .full),
    ])
  func varyingLengths(setting: Setting) throws {
    let batches = Self.varied.enumerated().map { index, length in
      let examples = (0..<4).map { seed in
        Example(
          tokens: Self.tokens(length, of: seed), trained: [length / 3..<length],
          origin: ExampleOrigin(source: 0, line: index))
      }
      return [examples, Array(examples.prefix(1))]
    }
    let pool = MemoryPool()
    try MemoryPool.$current.withValue(pool) {
      let (model, parameters) = try prepared(setting)
      let (step, page) = (OptimizerStep(parameters), 2 << 20)
      var (optimizer, taken) = (Optimizer(), 0)
      for (index, batch) in batches.enumerated() {
        let sums = Objective.supervised.addGradients(model, batch) { UInt64($0) }
        _ = step(sums, learningRate: 1e-3, &optimizer)
        if index == 0 { taken = pool.residentBytes }
        #expect(pool.residentBytes <= taken + page, "after \(Self.varied[index]) tokens")
      }
      let memory = try TrainingMemory(rehearsing: [batches[0]], evaluations: [], .supervised) { try prepared(setting) }
      #expect(abs(memory.total - pool.residentBytes) <= pool.residentBytes / 10 + page)
    }
  }

  @Test("covers held-out examples that are longer than those of training")
  func evaluations() throws {
    let setting = Setting(adapter: .lora(lowRank()))
    let long = Example(tokens: Self.tokens(6000, of: 0), trained: [1..<6000], origin: ExampleOrigin(source: 0, line: 1))
    let pool = MemoryPool()
    try MemoryPool.$current.withValue(pool) {
      let (model, _) = try prepared(setting)
      let data = DataSet(sources: [
        LoadedSource(source: DataSource(path: ""), examples: [long], report: SourceReport(name: "", path: ""))
      ])
      _ = evaluate(model, on: data, objective: .supervised)
    }
    let memory = try TrainingMemory(rehearsing: [[Array(Self.examples.prefix(1))]], evaluations: [[long]], .supervised)
    {
      try prepared(setting)
    }
    #expect(abs(memory.total - pool.residentBytes) <= pool.residentBytes / 10)
  }

  @Test("is estimated without taking it: a model that no machine holds")
  func absurd() throws {
    let before = SystemMemory.resident
    let shape: [String: JSONValue] = [
      "hidden_size": .integer(1 << 27), "num_attention_heads": 16, "head_dim": 64, "vocab_size": 512,
    ]
    let memory = try TrainingMemory(rehearsing: [[Array(Self.examples.prefix(1))]], evaluations: [], .supervised) {
      let model = LanguageModel(
        standingInFor: try smallConfiguration(shape), precision: .float32, trainable: true, stored: { _ in .float32 })
      return (model, model.parameters.map { Parameter($0.name, $0.variable) })
    }
    #expect(memory.total > 1 << 40)
    #expect(SystemMemory.resident - before < 1 << 30)
  }

  @Test("consists of weights, gradients and moments as counted by hand, and the rest")
  func parts() throws {
    let memory = try TrainingMemory(rehearsing: [[Self.examples]], evaluations: [Self.examples], .supervised) {
      try prepared(Setting())
    }
    let count = try #require(try smallConfiguration(Self.shape).parameterCount)
    #expect(memory.gradients == 4 * count && memory.moments == 8 * count)
    // Small tensors are rounded up to 256 bytes.
    #expect(4 * count..<4 * count + 40 * 256 ~= memory.weights)
    #expect(memory.activations > 0)
  }
}
