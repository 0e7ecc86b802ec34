import Autodiff
import InstructionData
import LanguageModels
import Optimization
import Tensors

/// The speed of one kind of product that a model makes.
public struct ProductSpeed: Sendable {
  /// Which layers and which pass: `up forward`, `up input gradient`, ….
  public let name: String
  /// The result is `[m, n]`, the sums are over k.
  public let m: Int, n: Int, k: Int
  /// How many of these a training step makes.
  public let count: Int
  /// The code that computes it.
  public let engine: ProductEngine
  /// 10⁹ multiplications and additions a second.
  public let gigaflops: Double

  /// Multiplications and additions of all of them in one step.
  var operations: Double { 2 * Double(m) * Double(n) * Double(k) * Double(count) }
}

/// What is trained in a step that is measured.
public struct BenchmarkedTraining {
  /// The parameters.
  public let parameters: [Parameter]
  /// Multiplications and additions a token and weight of the model: 6, or 4 where the weights have no gradient.
  let operationsPerWeight: Double

  /// All of the model.
  public static func full(_ model: LanguageModel) -> BenchmarkedTraining {
    BenchmarkedTraining(
      parameters: model.parameters.map { Parameter($0.name, $0.variable) }, operationsPerWeight: 6)
  }

  /// An adapter that has been attached to the model.
  public static func adapter(_ parameters: [Parameter]) -> BenchmarkedTraining {
    BenchmarkedTraining(parameters: parameters, operationsPerWeight: 4)
  }
}

/// The speed of a training step.
public struct TrainingStepSpeed: Sendable {
  /// Tokens a second, of the median step.
  public let tokensPerSecond: Double
  /// Seconds of the median step.
  public let seconds: Double
  /// 10⁹ multiplications and additions a second that the step's mathematics asks for: recomputation is not counted.
  public let gigaflops: Double
  /// The largest memory of tensors while it ran, in bytes.
  public let peakTensorBytes: Int
}

/// Measures what a model of some shape costs on this machine, with random weights and tokens.
public struct Benchmark {
  private let configuration: DecoderConfiguration
  private let precision: ElementType
  private let batch: Int
  private let sequence: Int
  private var tokens: Int { batch * sequence }

  /// A benchmark of training with `batch` examples of `sequence` tokens.
  public init(_ configuration: DecoderConfiguration, precision: ElementType, batch: Int, sequence: Int) {
    self.configuration = configuration
    self.precision = precision
    self.batch = batch
    self.sequence = sequence
  }

  /// The matrix products of one training step, each measured alone: forward, gradient of the input, gradient of the
  /// weight. The head's, which is cut in chunks of rows, is measured for one chunk.
  public func products(onProgress: (String) -> Void = { _ in }) -> [ProductSpeed] {
    let chunk = min(tokens, max(64, (16 << 20) / configuration.vocabularySize / 16 * 16))
    let layers = configuration.products.map { (shape: $0, rows: tokens) }
    let head = (shape: configuration.headProduct(count: max(1, tokens / chunk)), rows: chunk)
    return (layers + [head]).flatMap { shape, rows in
      onProgress(shape.name)
      let x = random([rows, shape.inputs], precision)
      let w = random([shape.outputs, shape.inputs], precision)
      let y = random([rows, shape.outputs], precision)
      let dw = Tensor(uninitialized: [shape.outputs, shape.inputs])
      let (input, weight, output) = (MatrixOperand(x), MatrixOperand(w), MatrixOperand(y))
      return [
        measure(shape.name + ", forward", shape.count, input, weight.transposed, into: output),
        measure(shape.name + ", input's gradient", shape.count, output, weight, into: input),
        measure(shape.name + ", weight's gradient", shape.count, output.transposed, input, into: MatrixOperand(dw)),
      ]
    }
  }

  /// All products of a step together: their operations by the time they take one after another.
  public static func peak(of products: [ProductSpeed]) -> Double {
    let operations = products.reduce(0) { $0 + $1.operations }
    return operations / products.reduce(0) { $0 + $1.operations / $1.gigaflops }
  }

  /// A training step, all tokens trained on: three steps to warm up, then the median of five.
  ///
  /// - Parameters:
  ///   - isFrozen: whether the model's own weights stay as they are, and are then held as the precision has them.
  ///   - prepare: says what is trained, and attaches it where it is an adapter.
  public func trainingStep(
    isFrozen: Bool = false, onProgress: (String) -> Void = { _ in },
    prepare: (LanguageModel) throws -> BenchmarkedTraining
  ) rethrows -> TrainingStepSpeed {
    let model = LanguageModel(
      randomly: configuration, seed: 1, precision: precision, trainable: !isFrozen)
    let training = try prepare(model)
    let parameters = training.parameters
    MemoryPool.shared.resetPeak()
    var optimizer = Optimizer()
    let optimizerStep = OptimizerStep(parameters)
    var stream = RandomStream(seed: 1, purpose: "benchmark")
    let examples = (0..<batch).map { _ in
      // One token more than is fed: the last one is only predicted.
      Example(
        tokens: (0...sequence).map { _ in Int32(stream.next() % UInt64(configuration.vocabularySize)) },
        trained: [1..<sequence + 1], origin: ExampleOrigin(source: 0, line: 0))
    }
    var seconds: [Double] = []
    for step in 1...8 {
      onProgress("step \(step) of 8")
      let start = ContinuousClock.now
      let sums = Objective<Example>.supervised.addGradients(model, [examples]) { UInt64($0) }
      _ = optimizerStep(sums, learningRate: 1e-4, &optimizer)
      if step > 3 { seconds.append((ContinuousClock.now - start).inSeconds) }
    }
    let median = seconds.sorted()[seconds.count / 2]
    return TrainingStepSpeed(
      tokensPerSecond: Double(tokens) / median, seconds: median, gigaflops: operations(of: training) / median / 1e9,
      peakTensorBytes: MemoryPool.shared.peakBytes)
  }

  /// Multiplications and additions of a training step: 6 or 4 a weight and token, 6 a weight of an adapter, and the
  /// causal half of attention's two products, three times.
  private func operations(of training: BenchmarkedTraining) -> Double {
    let products = configuration.products + [configuration.headProduct(count: 1)]
    let weights = products.reduce(0) { $0 + Double($1.count) * Double($1.outputs) * Double($1.inputs) }
    let attention = configuration.layers.reduce(0) { $0 + Double($1.attention.queryWidth) }
    let own = training.operationsPerWeight < 6 ? training.parameters.reduce(0) { $0 + $1.variable.shape.count } : 0
    return Double(tokens)
      * (training.operationsPerWeight * weights + 6 * Double(own) + 6 * Double(sequence) * attention)
  }

  private func random(_ shape: Shape, _ type: ElementType) -> Tensor {
    var stream = RandomStream(seed: 7, purpose: "benchmark")
    return stream.uniformTensor(shape, from: -0.5, to: 0.5).cast(to: type)
  }

  /// The best of three rounds of a product, each at least a twentieth of a second long.
  private func measure(
    _ name: String, _ count: Int, _ a: MatrixOperand, _ b: MatrixOperand, into c: MatrixOperand
  ) -> ProductSpeed {
    multiply(a, b, into: c)
    let (m, n, k) = (c.rows, c.columns, a.columns)
    let operations = 2 * Double(m) * Double(n) * Double(k)
    var best = Double.infinity
    for _ in 0..<3 {
      let start = ContinuousClock.now
      var rounds = 0.0
      while (ContinuousClock.now - start).inSeconds < 0.05 {
        multiply(a, b, into: c)
        rounds += 1
      }
      best = min(best, (ContinuousClock.now - start).inSeconds / rounds)
    }
    return ProductSpeed(
      name: name, m: m, n: n, k: k, count: count, engine: ProductEngine(for: [Factors(a, b)], into: c),
      gigaflops: operations / best / 1e9)
  }
}
