import Tensors
import Testing

@Suite("Products of a few rows")
struct FewRowsProductTests {
  static let sets = KernelSet.all.filter(\.isAvailable)

  /// A sum shorter than a vector, one with a rest, and whole vectors; outputs that fill no tile.
  private static let sizes = [(n: 3, k: 5), (n: 29, k: 100), (n: 40, k: 128)]
  private static let types: [(input: ElementType, weight: ElementType, result: ElementType)] = [
    (.float32, .float32, .float32), (.bfloat16, .bfloat16, .bfloat16), (.bfloat16, .bfloat16, .float32),
    (.float32, .bfloat16, .float32),
  ]

  private func random(_ shape: Shape, _ type: ElementType, _ purpose: String) -> Tensor {
    var stream = RandomStream(seed: 7, purpose: purpose)
    return stream.normalTensor(shape, deviation: 1).cast(to: type)
  }

  private func product(_ x: Tensor, _ weights: [Tensor], _ type: ElementType) -> Tensor {
    let y = Tensor(repeating: .nan, [x.shape[0], weights[0].shape[0]], type)
    multiply(
      weights.map { Factors(MatrixOperand(x), MatrixOperand($0, transposed: true)) }, into: MatrixOperand(y))
    return y
  }

  @Test("are the sums, with every kernel set", arguments: FewRowsProductTests.sets)
  func values(set: KernelSet) {
    for (size, type) in Self.sizes.flatMap({ size in Self.types.map { (size, $0) } }) {
      let (x, w) = (random([7, size.k], type.input, "x"), random([size.n, size.k], type.weight, "w"))
      let found = KernelSet.$taskSet.withValue(set) { product(x, [w], type.result) }.array
      let (a, b) = (x.array, w.array)
      for row in 0..<7 {
        for output in 0..<size.n {
          let exact = (0..<size.k).reduce(0) { $0 + Double(a[row * size.k + $1]) * Double(b[output * size.k + $1]) }
          let error = abs(Double(found[row * size.n + output]) - exact)
          let rounding = type.result == .bfloat16 ? 0x1p-8 * abs(exact) : 0
          #expect(error <= 1e-6 * Double(size.k).squareRoot() * 4 + rounding)
        }
      }
    }
  }

  @Test("have the same bits beside any other rows and on any number of threads", arguments: FewRowsProductTests.sets)
  func independence(set: KernelSet) {
    for (size, type) in Self.sizes.flatMap({ size in Self.types.map { (size, $0) } }) {
      let (x, w) = (random([32, size.k], type.input, "x"), random([size.n, size.k], type.weight, "w"))
      KernelSet.$taskSet.withValue(set) {
        let all = product(x, [w], type.result).array
        for rows in [0..<1, 5..<7, 10..<13, 3..<19, 31..<32] {
          #expect(
            product(x.rows(rows), [w], type.result).array
              == Array(all[rows.lowerBound * size.n..<rows.upperBound * size.n]))
        }
        for threads in [1, 3, 5] {
          Threads.$taskCount.withValue(threads) { #expect(product(x, [w], type.result).array == all) }
        }
      }
    }
  }

  @Test("add up, and are rounded once where the result is bfloat16", arguments: FewRowsProductTests.sets)
  func sums(set: KernelSet) {
    let x = random([6, 64], .bfloat16, "x")
    let weights = ["a", "b", "c"].map { random([33, 64], .bfloat16, $0) }
    KernelSet.$taskSet.withValue(set) {
      let parts = weights.map { product(x, [$0], .float32).array }
      let sums = parts[0].indices.map { parts[0][$0] + parts[1][$0] + parts[2][$0] }
      #expect(product(x, weights, .float32).array == sums)
      #expect(product(x, weights, .bfloat16).array == Tensor(sums).cast(to: .bfloat16).array)
    }
  }

  @Test("are the same side by side as one after another", arguments: [1, 20, 40])
  func sideBySide(rows: Int) {
    let x = random([rows, 100], .float32, "x")
    let weights = [
      random([70, 100], .float32, "a"), random([5, 100], .float32, "b"), random([33, 100], .float32, "c"),
    ]
    let results = weights.map { Tensor(repeating: .nan, [rows, $0.shape[0]]) }
    multiply(
      sideBySide: zip(weights, results).map {
        (Factors(MatrixOperand(x), MatrixOperand($0, transposed: true)), MatrixOperand($1))
      })
    #expect(results.map(\.array) == weights.map { product(x, [$0], .float32).array })
  }
}
