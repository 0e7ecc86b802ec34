import Tensors

/// What one of the bodies of code that compute products reaches on this machine.
public struct KernelSpeed: Sendable {
  /// The code.
  public let kernels: KernelSet
  /// The type of the factors.
  public let elementType: ElementType
  /// Whether products of this type use it.
  public let isChosen: Bool
  /// The speed of its multiply-adds in registers on all threads, in 10⁹ multiplications and additions a second; nil where it
  /// is not known.
  public let peakGigaflops: Double?
  /// The speed of a product of 1024 × 768 × 768; nil where the processor cannot run it.
  public let gigaflops: Double?

  /// The name of the code itself, which several sets may share.
  public var name: String { kernels.name(for: elementType) }

  /// Measures all the code that this build has.
  public static func measureAll(onProgress: (String) -> Void = { _ in }) -> [KernelSpeed] {
    [ElementType.float32, .bfloat16].flatMap { type in
      KernelSet.all.map { kernels in
        onProgress("\(kernels.name), \(type.rawValue)")
        return KernelSpeed(measuring: kernels, type)
      }
    }
  }

  private init(measuring kernels: KernelSet, _ type: ElementType) {
    (self.kernels, elementType) = (kernels, type)
    isChosen = kernels.name == KernelSet.current.name
    peakGigaflops = kernels.peakGigaflops(for: type)
    gigaflops = kernels.isAvailable ? KernelSet.$taskSet.withValue(kernels) { Self.productSpeed(type) } : nil
  }

  private static func productSpeed(_ type: ElementType) -> Double {
    let (m, n, k) = (1024, 768, 768)
    let (a, b) = (Benchmark.random([m, k], type), Benchmark.random([n, k], type))
    let c = Tensor(uninitialized: [m, n], type)
    let seconds = Benchmark.seconds {
      multiply(MatrixOperand(a), MatrixOperand(b, transposed: true), into: MatrixOperand(c))
    }
    return 2 * Double(m * n * k) / seconds / 1e9
  }
}
