import Tensors
import Testing

/// Every set of kernels that this machine can run, on the same products.
@Suite("Kernels for matrix products", .serialized)
struct KernelSetTests {
  typealias Size = ProductReference.Size

  static let sets = KernelSet.all.filter(\.isAvailable)

  @Test("There are some for every processor")
  func inventory() {
    #expect(KernelSet.all.last?.name == "plain")
    #expect(Self.sets.contains { $0.name == KernelSet.current.name })
    #expect(Self.sets.contains { $0.name == "plain" })
  }

  /// One element; few rows; thin; edges of every tile; odd sums; a sum in several blocks; sums that are not rounded at once.
  static let sizes = [
    Size(m: 1, n: 1, k: 1), Size(m: 7, n: 200, k: 65), Size(m: 65, n: 8, k: 33), Size(m: 131, n: 97, k: 50),
    Size(m: 16, n: 100, k: 1001), Size(m: 70, n: 50, k: 1601), Size(m: 66, n: 17, k: 4099),
  ]

  @Test(
    "Every combination of transposed, element types and adding equals float64's, with the same bits for any threads",
    arguments: sets, sizes)
  func products(set: KernelSet, size: Size) {
    let types: [(ElementType, ElementType, ElementType)] = [
      (.float32, .float32, .float32), (.bfloat16, .bfloat16, .float32), (.bfloat16, .bfloat16, .bfloat16),
      (.float32, .bfloat16, .bfloat16), (.bfloat16, .float32, .float32),
    ]
    for (left, right) in [(false, false), (false, true), (true, false), (true, true)] {
      for (leftType, rightType, resultType) in types {
        let a = ProductReference.matrix(size.m, size.k, transposed: left, leftType, "a")
        let b = ProductReference.matrix(size.k, size.n, transposed: right, rightType, "b")
        let expected = ProductReference.product(a.values, b.values, size).map { $0 + 1 }
        let results = [1, 3].map { threads in
          let c = Tensor(repeating: 1, [size.m, size.n], resultType)
          KernelSet.$taskSet.withValue(set) {
            Threads.$taskCount.withValue(threads) {
              multiply(a.operand, b.operand, into: MatrixOperand(c), adding: true)
            }
          }
          return c.array
        }
        let tolerance = resultType == .float32 ? ProductReference.longSum(size.k) : 2e-2
        let error = ProductReference.error(results[0], expected, size)
        #expect(error < tolerance, "\(set.name), transposed: \(left), \(right); \(leftType), \(rightType)")
        #expect(results[0] == results[1])
      }
    }
  }

  @Test("Thin products are part of a wide sum", arguments: sets, [ElementType.float32, .bfloat16])
  func sums(set: KernelSet, type: ElementType) {
    let sizes = [Size(m: 70, n: 60, k: 800), Size(m: 70, n: 60, k: 8), Size(m: 70, n: 60, k: 5)]
    let products = sizes.map { size in
      (
        a: ProductReference.matrix(size.m, size.k, transposed: false, type, "a\(size.k)"),
        b: ProductReference.matrix(size.k, size.n, transposed: true, type, "b\(size.k)")
      )
    }
    var expected = [Double](repeating: 0, count: sizes[0].m * sizes[0].n)
    for (size, (a, b)) in zip(sizes, products) {
      expected = zip(expected, ProductReference.product(a.values, b.values, size)).map { $0 + $1 }
    }
    let c = Tensor(repeating: .nan, [70, 60])
    KernelSet.$taskSet.withValue(set) {
      multiply(products.map { Factors($0.a.operand, $0.b.operand) }, into: MatrixOperand(c))
    }
    #expect(ProductReference.error(c.array, expected, sizes[0]) < ProductReference.longSum(800))
  }

  @Test("Threads that share the work of a task use its kernels")
  func threads() {
    for set in Self.sets {
      KernelSet.$taskSet.withValue(set) {
        Threads.$taskCount.withValue(3) {
          Threads.parallel(3) { _ in #expect(KernelSet.current.name == set.name) }
        }
      }
    }
  }
}

extension KernelSet: CustomTestStringConvertible {
  /// Its name, in the list of tests.
  public var testDescription: String { name }
}
