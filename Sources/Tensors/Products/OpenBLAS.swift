import COpenBLAS
import Foundation

/// OpenBLAS, set to the right core and to one thread per call.
///
/// OpenBLAS chooses its kernels by a list of processors, or by `OPENBLAS_CORETYPE`, which some images set for every
/// program. It treats a processor that it does not know as a Haswell, which leaves half of an AVX-512 processor unused. Its
/// own re-initialisation then selects the core that the processor's flags name. `ATTUNE_OPENBLAS_CORE` names another one.
public enum OpenBLAS {
  /// The core whose kernels are used.
  public static var core: String {
    prepare()
    return activeCore
  }

  private static var activeCore: String { String(cString: openblas_get_corename()) }

  /// Sets up the library once: its core, its threads and, where the address space is limited (`ulimit -v`), its memory, so
  /// that reports about memory are true from here on. Needed before every product.
  public static func prepare() { precondition(isReady) }

  private static let isReady: Bool = {
    openblas_set_num_threads(1)
    if let addresses = AddressSpace.current { reserveBuffers(in: addresses) }
    let older: Set = ["Haswell", "Zen", "Sandybridge", "Nehalem", "Prescott", "Core2", "Excavator", "Steamroller"]
    let asked = ProcessInfo.processInfo.environment["ATTUNE_OPENBLAS_CORE"]
    guard let better = asked ?? (Processor.hasAVX512 && older.contains(activeCore) ? "SkylakeX" : nil),
      better != activeCore, let quit = dlsym(nil, "gotoblas_dynamic_quit"),
      let initialize = dlsym(nil, "gotoblas_dynamic_init")
    else { return true }
    typealias Function = @convention(c) () -> Void
    setenv("OPENBLAS_CORETYPE", better, 1)
    unsafeBitCast(quit, to: Function.self)()
    unsafeBitCast(initialize, to: Function.self)()
    openblas_set_num_threads(1)
    return true
  }()

  /// Reserves the helper threads' stacks and the buffers of OpenBLAS while there is room for them: OpenBLAS maps
  /// 128 MiB for each thread at its first product, and retries forever where it cannot have them.
  private static func reserveBuffers(in addresses: AddressSpace) {
    let (buffer, stack) = (128 << 20, Threads.stackBytes)
    let needed = Threads.count * (buffer + stack)
    guard needed <= addresses.free, AddressSpace.hasRoom(for: needed) else {
      MemoryPool.shared.runOut(of: .products(threads: Threads.count), needing: needed)
    }
    Threads.startHelpers()
    guard let take = dlsym(nil, "blas_memory_alloc"), let giveBack = dlsym(nil, "blas_memory_free") else { return }
    let allocate = unsafeBitCast(take, to: (@convention(c) (Int32) -> UnsafeMutableRawPointer?).self)
    let free = unsafeBitCast(giveBack, to: (@convention(c) (UnsafeMutableRawPointer?) -> Void).self)
    // Freed buffers stay mapped for the next products.
    let buffers = (0..<Threads.count).map { _ in allocate(0) }
    for buffer in buffers { free(buffer) }
  }

  /// The version and options the library was built with.
  public static var configuration: String { String(cString: openblas_get_config()) }
}
