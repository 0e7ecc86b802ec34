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
    checkAddressSpace()
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

  /// Where the address space is limited (`ulimit -v`), makes sure that each thread's buffer finds room: OpenBLAS takes
  /// 128 MiB a thread at its first product, and where it cannot have them it tries for ever.
  private static func checkAddressSpace() {
    #if os(Linux)
      var limit = rlimit()
      guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur != .max else { return }
      let size = (Threads.count + 1) * (136 << 20)
      let room = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
      guard let room, room != MAP_FAILED else { MemoryPool.shared.runOut(needing: size) }
      munmap(room, size)
      // Taken now, while they are there.
      let matrix = Tensor.zeros([64, 64])
      Threads.parallel(Threads.count) { _ in
        let result = Tensor(uninitialized: [64, 64])
        cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasNoTrans, 64, 64, 64, 1, matrix.pointer, 64, matrix.pointer, 64, 0,
          result.pointer, 64)
      }
    #endif
  }

  /// The version and options the library was built with.
  public static var configuration: String { String(cString: openblas_get_config()) }
}
