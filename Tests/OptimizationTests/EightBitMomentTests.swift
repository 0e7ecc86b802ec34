import Autodiff
import Optimization
import Tensors
import Testing

@Suite("AdamW with moments of eight bits")
struct EightBitMomentTests {
  /// Gradients of elements whose typical sizes differ, within a block, by the given number of octaves and more.
  private struct Gradients {
    private var random = RandomStream(seed: 5)
    private let sizes: [Float]
    private let drifts: [Float]

    init(_ count: Int, octaves: Double) {
      var random = RandomStream(seed: 4)
      sizes = (0..<count).map { _ in Float(1e-3 * pow2(octaves * random.normal())) }
      drifts = sizes.map { $0 * Float(0.3 * random.normal()) }
    }

    mutating func next(_ shape: Shape) -> Tensor {
      let noise = random.normalTensor(shape, deviation: 1).array
      return Tensor(sizes.indices.map { noise[$0] * sizes[$0] + drifts[$0] }, shape)
    }
  }

  private func train(
    _ optimizer: inout AdamW, _ parameter: Variable, steps: Int = 100, octaves: Double = 1
  ) -> Variable {
    var gradients = Gradients(parameter.shape.count, octaves: octaves)
    for _ in 0..<steps {
      parameter.clearGradient()
      (parameter * Variable(gradients.next(parameter.shape))).sum().backward()
      optimizer.step([Parameter("p", parameter)], learningRate: 1e-3)
    }
    return parameter
  }

  private func zeros(_ shape: Shape) -> Variable { Variable(.zeros(shape), requiresGradient: true) }

  /// `‖a - b‖ / ‖b‖`.
  private func difference(_ a: Tensor, _ b: Tensor) -> Double {
    let squares = zip(a.array, b.array).map { (Double($0 - $1) * Double($0 - $1), Double($1) * Double($1)) }
    return (squares.reduce(0) { $0 + $1.0 } / squares.reduce(0) { $0 + $1.1 }).squareRoot()
  }

  @Test("One step's moments are the gradient and its square, off by less than an eighth, and by nothing on average")
  func oneStep() throws {
    var optimizer = AdamW(betas: (0, 0), moments: .int8)
    var gradients = Gradients(5000, octaves: 1)
    let parameter = zeros([5000])
    let gradient = gradients.next([5000])
    (parameter * Variable(gradient)).sum().backward()
    optimizer.step([Parameter("p", parameter)], learningRate: 1e-3)
    let moments = try #require(optimizer.moments["p"])
    // All but those that may be below the range of their block.
    let (m, v, g) = (moments.first.array, moments.second.array, gradient.array)
    let largest = g.map(abs).max() ?? 0
    let places = g.indices.filter { abs(g[$0]) > largest * 0x1p-14 }
    #expect(places.count > 4900)
    let first = places.map { Double(m[$0] / g[$0] - 1) }
    let second = places.map { Double(v[$0] / (g[$0] * g[$0]) - 1) }
    for errors in [first, second] {
      #expect(errors.allSatisfy { abs($0) < 0.125 })
      #expect(abs(errors.reduce(0, +) / Double(errors.count)) < 0.003)
    }
  }

  @Test(
    "The path is float32's, also where the gradients of a block differ by a factor of a thousand and more",
    arguments: [(1.0, 0.95, 0.05), (1, 0.999, 0.12), (3, 0.95, 0.1), (3, 0.999, 0.15)])
  func path(octaves: Double, beta2: Double, limit: Double) {
    var (exact, rounded) = (AdamW(betas: (0.9, beta2)), AdamW(betas: (0.9, beta2), moments: .int8))
    let expected = train(&exact, zeros([64, 256]), steps: 300, octaves: octaves).value
    let found = train(&rounded, zeros([64, 256]), steps: 300, octaves: octaves).value
    #expect(difference(found, expected) < limit)
    // No element runs away: one whose v became 0 would move by m / ε.
    let (furthest, most) = ((found.array.map(abs).max() ?? 0), (expected.array.map(abs).max() ?? 1))
    #expect(furthest < 1.5 * most)
  }

  @Test("A second moment below the range of its block is raised to it, never lost: a step is no longer than float32's")
  func range() {
    func step(_ optimizer: inout AdamW) -> [Float] {
      let parameter = zeros([4096])
      for size: Float in [1, 0.01] {
        parameter.clearGradient()
        let gradient = Tensor((0..<4096).map { $0 % 256 == 0 ? 1e8 : size * 1e-4 * Float($0 % 7) }, [4096])
        (parameter * Variable(gradient)).sum().backward()
        optimizer.step([Parameter("p", parameter)], learningRate: 1)
      }
      return parameter.value.array
    }
    var (exact, rounded) = (AdamW(), AdamW(moments: .int8))
    #expect(zip(step(&rounded), step(&exact)).allSatisfy { abs($0) <= abs($1) * 1.1 })
  }

  @Test("A slow second moment follows its gradients up and down: changes below a level add up")
  func slow() throws {
    var optimizer = AdamW(betas: (0.9, 0.999), moments: .int8)
    let parameter = zeros([4096])
    // Some elements keep the block's scale where it is.
    for step in 0..<2000 {
      parameter.clearGradient()
      let gradient = Tensor((0..<4096).map { $0 % 4 == 0 ? 1 : step < 1000 ? 0.5 : 0.1 }, [4096])
      (parameter * Variable(gradient)).sum().backward()
      optimizer.step([Parameter("p", parameter)], learningRate: 1e-3)
    }
    let expected = 0.632 * 0.368 * 0.25 + 0.632 * 0.01
    let found = try #require(optimizer.moments["p"]).second.array.enumerated().filter { $0.offset % 4 != 0 }
    let mean = found.reduce(0) { $0 + Double($1.element) } / Double(found.count)
    #expect(abs(mean / expected - 1) < 0.05, "\(mean), expected \(expected)")
  }

  @Test("Small tensors keep float32, and what is held is counted")
  func small() throws {
    var optimizer = AdamW(moments: .int8)
    _ = train(&optimizer, zeros([4095]), steps: 1)
    guard case .float32 = try #require(optimizer.moments["p"]) else { throw WrongPrecision() }
    #expect(Moments(zeros: [4095], .int8).byteCount == 8 * 4095)
    #expect(Moments(zeros: [4097], .int8).byteCount == 2 * (4097 + 4 * 17))
  }

  private struct WrongPrecision: Error {}

  @Test("The number of threads changes no bit", arguments: [ElementType.float32, .bfloat16])
  func threads(type: ElementType) {
    func run() -> [[Float]] {
      var optimizer = AdamW(moments: .int8)
      let parameter = Variable(Tensor(repeating: 1, [301, 257], type), requiresGradient: true)
      (parameter.cast(to: .float32)).sum().backward()
      for _ in 0..<3 { optimizer.step([Parameter("p", parameter)], learningRate: 1e-3) }
      let moments = optimizer.moments["p"]
      return [parameter.value.array, moments?.first.array ?? [], moments?.second.array ?? []]
    }
    let results = [1, 2, 3, 5, 8].map { count in Threads.$taskCount.withValue(count) { run() } }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test("Stored moments stay as they are when training resumes from them")
  func stored() throws {
    var optimizer = AdamW(moments: .int8)
    let parameter = train(&optimizer, zeros([4096]), steps: 3)
    let stored = try #require(optimizer.moments["p"])
    let before = (stored.first.array, stored.second.array)
    _ = train(&optimizer, parameter, steps: 1)
    #expect(stored.first.array == before.0 && stored.second.array == before.1)
    #expect(optimizer.moments["p"]?.first.array != before.0)
  }
}

/// `2^x`, near enough.
private func pow2(_ x: Double) -> Double {
  var (result, term) = (1.0, 1.0)
  for n in 1..<60 {
    term *= x * 0.6931471805599453 / Double(n)
    result += term
  }
  return result
}
