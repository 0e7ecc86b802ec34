import Tensors
import Testing

@Suite("Matrix products")
struct MatrixProductTests {
  typealias Size = ProductReference.Size

  /// One element, few rows (generation), wide, tall, and shapes that no block size divides.
  static let sizes = [
    Size(m: 1, n: 1, k: 1), Size(m: 1, n: 300, k: 65), Size(m: 4, n: 33, k: 128), Size(m: 5, n: 70, k: 17),
    Size(m: 150, n: 8, k: 33), Size(m: 67, n: 91, k: 129), Size(m: 131, n: 97, k: 50),
  ]

  @Test(
    "Every combination of transposed, element types and adding", arguments: MatrixProductTests.sizes,
    [ElementType.float32, .bfloat16])
  func combinations(size: Size, type: ElementType) {
    for (left, right) in [(false, false), (false, true), (true, false), (true, true)] {
      for (leftType, resultType) in [(type, type), (type, .float32), (.float32, type)] {
        let a = ProductReference.matrix(size.m, size.k, transposed: left, leftType, "a")
        let b = ProductReference.matrix(size.k, size.n, transposed: right, type, "b")
        let expected = ProductReference.product(a.values, b.values, size)
        let c = Tensor(repeating: .nan, [size.m, size.n], resultType)
        multiply(a.operand, b.operand, into: MatrixOperand(c))
        // A bfloat16 result is rounded to 2⁻⁸ of itself; elements are up to some 5 √k.
        let tolerance = resultType == .float32 ? 2e-6 : 2e-2
        #expect(ProductReference.error(c.array, expected, size) < tolerance, "transposed: \(left), \(right)")
        multiply(a.operand, b.operand, into: MatrixOperand(c), adding: true)
        #expect(
          ProductReference.error(c.array, expected.map { 2 * $0 }, size) < 2 * tolerance,
          "added, transposed: \(left), \(right)")
      }
    }
  }

  @Test("The calling thread alone gives the same as any number of threads")
  func threads() {
    for size in Self.sizes {
      let (a, b) = (
        ProductReference.matrix(size.m, size.k, transposed: false, .float32, "a"),
        ProductReference.matrix(size.k, size.n, transposed: true, .float32, "b")
      )
      let alone = Tensor(uninitialized: [size.m, size.n])
      multiplyOnThread(a.operand, b.operand, into: MatrixOperand(alone))
      for threads in [1, 2, 5] {
        let together = Tensor(uninitialized: [size.m, size.n])
        Threads.$taskCount.withValue(threads) {
          multiply(a.operand, b.operand, into: MatrixOperand(together))
        }
        #expect(ProductReference.error(together.array, alone.array.map(Double.init), size) < 2e-6)
      }
    }
  }

  @Test(
    "Thin and small products: the same bits whatever the number of threads",
    arguments: [
      Size(m: 100, n: 800, k: 300), Size(m: 1100, n: 100, k: 31), Size(m: 16, n: 576, k: 1000),
      Size(m: 576, n: 16, k: 1000), Size(m: 1100, n: 16, k: 200), Size(m: 5, n: 900, k: 64), Size(m: 3, n: 900, k: 64),
    ], [ElementType.float32, .bfloat16])
  func parts(size: Size, type: ElementType) {
    for (left, right) in [(false, false), (false, true), (true, false), (true, true)] {
      for (leftType, resultType) in [(type, type), (type, .float32), (.float32, type)] {
        let a = ProductReference.matrix(size.m, size.k, transposed: left, leftType, "a")
        let b = ProductReference.matrix(size.k, size.n, transposed: right, type, "b")
        let results = [1, 2, 3, 5, 8].map { threads in
          let c = Tensor(repeating: 1, [size.m, size.n], resultType)
          Threads.$taskCount.withValue(threads) { multiply(a.operand, b.operand, into: MatrixOperand(c), adding: true) }
          return c.array
        }
        #expect(Set(results).count == 1, "\(size), transposed: \(left), \(right), \(leftType) to \(resultType)")
      }
    }
  }

  @Test(
    "Whole layers, in several blocks of inner elements and of columns: the same bits whatever the number of threads",
    arguments: [Size(m: 133, n: 100, k: 1601), Size(m: 129, n: 1100, k: 780), Size(m: 128, n: 4100, k: 32)])
  func layers(size: Size) {
    for (left, right) in [(false, true), (false, false), (true, false)] {
      let a = ProductReference.matrix(size.m, size.k, transposed: left, .float32, "a")
      let b = ProductReference.matrix(size.k, size.n, transposed: right, .float32, "b")
      let results = [1, 2, 3].map { threads in
        let c = Tensor(repeating: .nan, [size.m, size.n])
        Threads.$taskCount.withValue(threads) {
          multiply(a.operand, b.operand, into: MatrixOperand(c))
        }
        return c.array
      }
      #expect(
        ProductReference.error(results[0], ProductReference.product(a.values, b.values, size), size)
          < ProductReference.longSum(size.k))
      #expect(results[0] == results[1] && results[0] == results[2])
    }
  }

  @Test("A sum of products is their sum", arguments: [ElementType.float32, .bfloat16], [70, 150])
  func sums(type: ElementType, rows: Int) {
    let (wide, thin) = (Size(m: rows, n: 60, k: 800), Size(m: rows, n: 60, k: 8))
    let factors = [(wide, "wide"), (thin, "first"), (thin, "second")].map { size, label in
      (
        size, ProductReference.matrix(size.m, size.k, transposed: false, type, label + "a"),
        ProductReference.matrix(size.k, size.n, transposed: true, type, label + "b")
      )
    }
    var expected = [Double](repeating: 1, count: wide.m * wide.n)
    for (size, a, b) in factors {
      expected = zip(expected, ProductReference.product(a.values, b.values, size)).map { $0 + $1 }
    }
    let c = Tensor(repeating: 1, [wide.m, wide.n])
    multiply(
      factors.map { _, a, b in Factors(a.operand, b.operand) }, into: MatrixOperand(c), adding: true)
    #expect(ProductReference.error(c.array, expected, wide) < ProductReference.longSum(wide.k))
  }

  @Test("Operands may be parts of wider matrices; nothing beside the result is written")
  func parts() {
    let size = Size(m: 9, n: 7, k: 20)
    var random = RandomStream(seed: 1)
    let (wideA, wideB) = (random.normalTensor([9, 50], deviation: 1), random.normalTensor([7, 64], deviation: 1))
    let c = Tensor(repeating: 5, [9, 30])
    multiply(
      MatrixOperand(wideA).columns(10..<30), MatrixOperand(wideB).columns(3..<23).transposed,
      into: MatrixOperand(c).columns(4..<11))
    let a = (0..<9).flatMap { row in (0..<20).map { Double(wideA.array[row * 50 + 10 + $0]) } }
    let b = (0..<20).flatMap { inner in (0..<7).map { Double(wideB.array[$0 * 64 + 3 + inner]) } }
    let expected = ProductReference.product(a, b, size)
    let found = (0..<9).flatMap { row in (0..<7).map { c.array[row * 30 + 4 + $0] } }
    #expect(ProductReference.error(found, expected, size) < 2e-6)
    for (index, value) in c.array.enumerated() where !(4..<11 ~= index % 30) { #expect(value == 5) }
  }

  @Test("Without rows nothing is written; without inner elements the product is zero, or nothing is added")
  func empty() {
    let c = Tensor([1, 2, 3, 4], [2, 2])
    let none = Tensor(uninitialized: [0, 2])
    multiply(MatrixOperand(none), MatrixOperand(c), into: MatrixOperand(none))
    multiply(
      MatrixOperand(none, transposed: true), MatrixOperand(none), into: MatrixOperand(c), adding: true)
    #expect(c.array == [1, 2, 3, 4])
    multiply(MatrixOperand(none, transposed: true), MatrixOperand(none), into: MatrixOperand(c))
    #expect(c.array == [0, 0, 0, 0])
  }
}
