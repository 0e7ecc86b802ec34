import Diagnostics
import Foundation
import Tensors

/// Prepares for a limited address space (`ulimit -v`): libraries reserve fewer addresses, and a failed allocation ends
/// the program with a message instead of a crash.
enum AddressLimit {
  /// The message for a failed allocation, made in advance because nothing can be allocated then.
  nonisolated(unsafe) private static var failureMessage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  /// If less than this can still be mapped when the program crashes, a failed allocation is taken to be the cause.
  private static let exhausted = 256 << 20

  /// Prepares for the limit, if there is one. May restart the program in the same process.
  ///
  /// - Throws: `UserError` of kind `recipe` if the limit leaves the program no room to work.
  static func prepare() throws {
    guard let addresses = AddressSpace.current else { return }
    restartWithSmallReservations()
    guard addresses.free > 0 else {
      throw UserError.recipe(
        "\(addresses) besides the program itself: raise it to at least "
          + "\((addresses.mapped + AddressSpace.reserve) >> 20 + 1) MiB, and more for a model")
    }
    reportFailedAllocations(addresses)
  }

  /// Restarts the program with settings that libraries read from the environment when they are loaded. OpenBLAS then
  /// doesn't start threads that Attune never uses, with 128 MiB for each processor, and the C library doesn't reserve
  /// 64 MiB for each thread that allocates.
  private static func restartWithSmallReservations() {
    guard ProcessInfo.processInfo.environment["OPENBLAS_NUM_THREADS"] != "1" else { return }
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    setenv("MALLOC_ARENA_MAX", "1", 0)
    execv("/proc/self/exe", CommandLine.unsafeArgv)
    // Reached only if the restart fails; everything still works, with less room.
  }

  /// Replaces the signal by which Swift and the libraries end the program when a small allocation fails by a message.
  private static func reportFailedAllocations(_ addresses: AddressSpace) {
    let text =
      "attune: out of memory: the limit of the address space (`ulimit -v`) of \(addresses.limit >> 20) MiB is used up; "
      + "raise it. A saved run continues with --resume.\n"
    failureMessage = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count, alignment: 1)
    failureMessage.copyBytes(from: text.utf8)
    for number in [SIGABRT, SIGILL, SIGTRAP, SIGSEGV] {
      _ = signal(number) { number in
        if !AddressSpace.hasRoom(for: AddressLimit.exhausted) {
          _ = write(STDERR_FILENO, AddressLimit.failureMessage.baseAddress, AddressLimit.failureMessage.count)
          _exit(Int32(UserError.Kind.training.rawValue))
        }
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }
}
