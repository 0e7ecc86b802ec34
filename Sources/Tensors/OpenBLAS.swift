import COpenBLAS
import Foundation

/// OpenBLAS, told the right core and one thread a call.
///
/// OpenBLAS chooses its kernels by a list of processors, or by `OPENBLAS_CORETYPE`, which some images set for every
/// program. A processor that it does not know it takes for a Haswell, which leaves half of an AVX-512 processor unused. Its
/// own re-initialisation then takes the core that the processor's flags name. `ATTUNE_OPENBLAS_CORE` names another one.
public enum OpenBLAS {
  /// The core whose kernels are used.
  public static var core: String { String(cString: openblas_get_corename()) }

  /// Whether the library has been told its core and threads: to be asked before every product.
  static let isReady: Bool = {
    openblas_set_num_threads(1)
    if let addresses = AddressSpace.current { takeBuffers(from: addresses) }
    let older: Set = ["Haswell", "Zen", "Sandybridge", "Nehalem", "Prescott", "Core2", "Excavator", "Steamroller"]
    let asked = ProcessInfo.processInfo.environment["ATTUNE_OPENBLAS_CORE"]
    guard let better = asked ?? (Processor.hasAVX512 && older.contains(core) ? "SkylakeX" : nil), better != core,
      let quit = dlsym(nil, "gotoblas_dynamic_quit"), let initialize = dlsym(nil, "gotoblas_dynamic_init")
    else { return true }
    typealias Function = @convention(c) () -> Void
    setenv("OPENBLAS_CORETYPE", better, 1)
    unsafeBitCast(quit, to: Function.self)()
    unsafeBitCast(initialize, to: Function.self)()
    openblas_set_num_threads(1)
    return true
  }()

  /// Makes ready what products need besides their tensors. Where the address space is limited (`ulimit -v`), it is taken
  /// now, so that what is said about memory from here on is true.
  public static func prepare() { _ = isReady }

  /// Takes the helping threads, oneDNN and OpenBLAS's buffers while there is room for them: OpenBLAS maps 128 MiB for each
  /// thread at its first product, and where it cannot have them it tries for ever.
  private static func takeBuffers(from addresses: AddressSpace) {
    let (buffer, stack) = (128 << 20, Threads.stackBytes)
    let needed = Threads.count * (buffer + stack) + (OneDNN.isAvailable ? 32 << 20 : 0)
    guard needed <= addresses.free, AddressSpace.hasRoom(for: needed) else {
      MemoryPool.shared.runOut(of: .products(threads: Threads.count), needing: needed)
    }
    Threads.startHelpers()
    guard let take = dlsym(nil, "blas_memory_alloc"), let giveBack = dlsym(nil, "blas_memory_free") else { return }
    let allocate = unsafeBitCast(take, to: (@convention(c) (Int32) -> UnsafeMutableRawPointer?).self)
    let free = unsafeBitCast(giveBack, to: (@convention(c) (UnsafeMutableRawPointer?) -> Void).self)
    // Those that are free again stay mapped, for whoever multiplies next.
    let buffers = (0..<Threads.count).map { _ in allocate(0) }
    for buffer in buffers { free(buffer) }
  }

  /// The version and options the library was built with.
  public static var configuration: String { String(cString: openblas_get_config()) }
}
