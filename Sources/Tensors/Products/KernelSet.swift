import CKernels
import Foundation

/// One of the bodies of code that compute matrix products, each written for what some processors offer.
public struct KernelSet: Sendable {
  /// What it is called in `ATTUNE_KERNELS`: `amx`, `avx512bf16`, `avx512`, `avx2`, `neon…` or `plain`.
  public let name: String
  /// Whether this processor, and the system, can run it.
  public let isAvailable: Bool
  private let float32: Kernels
  private let bfloat16: Kernels

  typealias Kernels = attune_product_kernels

  private init(_ body: attune_body) {
    name = String(cString: body.name)
    isAvailable = body.is_available() != 0
    (float32, bfloat16) = (body.float32.pointee, body.bfloat16.pointee)
  }

  /// The code for factors of an element type.
  func kernels(for type: ElementType) -> Kernels {
    switch type {
    case .float32: float32
    case .bfloat16: bfloat16
    }
  }

  /// The name of the code for factors of an element type: some sets share it.
  public func name(for type: ElementType) -> String { String(cString: kernels(for: type).name) }

  /// All sets that this build has, the best first.
  public static let all: [KernelSet] = {
    var sets: [KernelSet] = []
    while let body = attune_body(Int32(sets.count)) { sets.append(KernelSet(body.pointee)) }
    return sets
  }()

  /// The set that products use: the best available one.
  public static var current: KernelSet { taskSet ?? chosen }

  /// The set for the current task alone, so that tests that vary it do not disturb one another.
  @TaskLocal package static var taskSet: KernelSet?

  private static let chosen: KernelSet = all.first(where: \.isAvailable) ?? all[all.count - 1]
}

/// Code and numbers that never change.
extension attune_product_kernels: @retroactive @unchecked Sendable {}
