import LanguageModels
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

extension Benchmark {
  /// The matrix products of one training step, each measured alone: forward, gradient of the input, gradient of the
  /// weight. The head's, which is cut in chunks of rows, is measured for one chunk.
  public func products(onProgress: (String) -> Void = { _ in }) -> [ProductSpeed] {
    let chunk = min(tokens, max(64, (16 << 20) / configuration.vocabularySize / 16 * 16))
    let layers = configuration.products.map { (shape: $0, rows: tokens) }
    let head = (shape: configuration.headProduct(count: max(1, tokens / chunk)), rows: chunk)
    return (layers + [head]).flatMap { shape, rows in
      onProgress(shape.name)
      let x = Self.random([rows, shape.inputs], precision)
      let w = Self.random([shape.outputs, shape.inputs], precision)
      let y = Self.random([rows, shape.outputs], precision)
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
  public static func speed(of products: [ProductSpeed]) -> Double {
    let operations = products.reduce(0) { $0 + $1.operations }
    return operations / products.reduce(0) { $0 + $1.operations / $1.gigaflops }
  }

  private func measure(
    _ name: String, _ count: Int, _ a: MatrixOperand, _ b: MatrixOperand, into c: MatrixOperand
  ) -> ProductSpeed {
    let (m, n, k) = (c.rows, c.columns, a.columns)
    let seconds = Self.seconds { multiply(a, b, into: c) }
    return ProductSpeed(
      name: name, m: m, n: n, k: k, count: count, engine: ProductEngine(for: [Factors(a, b)], into: c),
      gigaflops: 2 * Double(m) * Double(n) * Double(k) / seconds / 1e9)
  }
}
