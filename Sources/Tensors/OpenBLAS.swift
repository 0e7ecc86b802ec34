import COpenBLAS
import Foundation

/// OpenBLAS, told the right core and one thread a call.
///
/// OpenBLAS chooses its kernels by a list of processors. One that it does not know it takes for a Haswell, which leaves
/// half of an AVX-512 processor unused; its own re-initialisation then takes the core that the processor's flags name.
public enum OpenBLAS {
  /// The core whose kernels are used.
  public static let core: String = {
    openblas_set_num_threads(1)
    let guess = String(cString: openblas_get_corename())
    let older: Set = ["Haswell", "Zen", "Sandybridge", "Nehalem", "Prescott", "Core2", "Excavator", "Steamroller"]
    guard Processor.hasAVX512, older.contains(guess), getenv("OPENBLAS_CORETYPE") == nil,
      let quit = dlsym(nil, "gotoblas_dynamic_quit"), let initialize = dlsym(nil, "gotoblas_dynamic_init")
    else { return guess }
    typealias Function = @convention(c) () -> Void
    setenv("OPENBLAS_CORETYPE", "SkylakeX", 1)
    unsafeBitCast(quit, to: Function.self)()
    unsafeBitCast(initialize, to: Function.self)()
    openblas_set_num_threads(1)
    return String(cString: openblas_get_corename())
  }()

  /// The version and options the library was built with.
  public static var configuration: String { String(cString: openblas_get_config()) }
}
