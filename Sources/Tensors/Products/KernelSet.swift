import CKernels
import Foundation

/// One of the bodies of code that compute matrix products, each written for what some processors offer.
public struct KernelSet: Sendable {
  /// What it is called in `ATTUNE_KERNELS`: `amx`, `avx512bf16`, `avx512`, `avx2`, `bfmmla`, `bfdot`,
  /// `neon` or `plain`.
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

  /// The code for bfloat16 factors, or for factors of which some are float32.
  func kernels(for type: ElementType) -> Kernels {
    switch type {
    case .float32: float32
    case .bfloat16: bfloat16
    }
  }

  /// The name of what multiplies two matrices of an element type: that of a set, since some sets share code, or `OpenBLAS`.
  public func name(for type: ElementType) -> String {
    type == .float32 && leavesFloat32ToOpenBLAS ? "OpenBLAS" : String(cString: kernels(for: type).name)
  }

  /// Whether OpenBLAS multiplies two float32 matrices: where these loops have not been measured to be as fast.
  var leavesFloat32ToOpenBLAS: Bool { !["avx512", "avx2"].contains(String(cString: float32.name)) }

  /// All sets that this build has, the best first.
  public static let all: [KernelSet] = {
    var sets: [KernelSet] = []
    while let body = attune_body(Int32(sets.count)) { sets.append(KernelSet(body.pointee)) }
    return sets
  }()

  /// The set that products use: the one that ``request`` names, or the best one.
  public static var current: KernelSet { taskSet ?? chosen }

  /// The set for the current task alone, so that tests that vary it do not disturb one another. Threads that share the
  /// task's work use it too.
  @TaskLocal package static var taskSet: KernelSet?

  private static let chosen: KernelSet = {
    if case .named(let set) = request, set.isAvailable { return set }
    return all.first(where: \.isAvailable) ?? all[all.count - 1]
  }()

  /// What the environment asks for.
  public enum Request: Sendable {
    /// The best set that this machine can run.
    case best
    /// A set of this build, which this machine may be unable to run; it then uses the best one.
    case named(KernelSet)
    /// A name that no set has; the best one is used.
    case unknown(String)
  }

  /// The value of `ATTUNE_KERNELS`.
  public static let request: Request = {
    guard let name = ProcessInfo.processInfo.environment["ATTUNE_KERNELS"], !name.isEmpty else { return .best }
    return all.first { $0.name == name }.map { .named($0) } ?? .unknown(name)
  }()
}

/// Code and numbers that never change.
extension attune_product_kernels: @retroactive @unchecked Sendable {}
