import LanguageModels
import Tensors

/// Measures what a model of some shape costs on this machine, with random weights and tokens.
public struct Benchmark {
  let configuration: DecoderConfiguration
  let precision: ElementType
  let batch: Int
  let sequence: Int
  var tokens: Int { batch * sequence }

  /// A benchmark with steps of `batch` examples of `sequence` tokens.
  public init(_ configuration: DecoderConfiguration, precision: ElementType, batch: Int, sequence: Int) {
    self.configuration = configuration
    self.precision = precision
    self.batch = batch
    self.sequence = sequence
  }

  /// The weights of the products that every token goes through.
  var productWeights: Double {
    let products = configuration.products + [configuration.headProduct(count: 1)]
    return products.reduce(0) { $0 + Double($1.count) * Double($1.outputs) * Double($1.inputs) }
  }

  /// Random tokens, the same every time.
  func randomTokens(_ count: Int, _ stream: inout RandomStream) -> [Int32] {
    (0..<count).map { _ in Int32(stream.next() % UInt64(configuration.vocabularySize)) }
  }

  /// Runs `body` again and again: the seconds of one run, from the best of three rounds that take a twentieth of a second
  /// each.
  static func seconds(of body: () -> Void) -> Double {
    body()
    var best = Double.infinity
    for _ in 0..<3 {
      let start = ContinuousClock.now
      var runs = 0.0
      while ContinuousClock.now - start < .milliseconds(50) {
        body()
        runs += 1
      }
      best = min(best, (ContinuousClock.now - start) / .seconds(1) / runs)
    }
    return best
  }

  static func random(_ shape: Shape, _ type: ElementType) -> Tensor {
    var stream = RandomStream(seed: 7, purpose: "benchmark")
    return stream.uniformTensor(shape, from: -0.5, to: 0.5).cast(to: type)
  }
}
