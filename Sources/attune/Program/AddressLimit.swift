import Diagnostics
import Foundation
import Tensors

/// What the program does where its address space is limited (`ulimit -v`): libraries that take addresses in large pieces
/// are told not to, and a failed allocation is told as what it is.
enum AddressLimit {
  /// What is said where an allocation failed, for whom nothing can be allocated any more.
  nonisolated(unsafe) private static var lastWords = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  /// Where no more than this can be mapped, a failed allocation is what ended the program.
  private static let exhausted = 256 << 20

  /// Meets the limit, where there is one. May start the program anew under the same process.
  ///
  /// - Throws: `UserError` of kind `recipe` where the program has no room to work.
  static func meet() throws {
    guard let addresses = AddressSpace.current else { return }
    startFrugally()
    guard addresses.free > 0 else {
      throw UserError.recipe(
        "\(addresses) beside the program itself: raise it to at least "
          + "\((addresses.mapped + AddressSpace.reserve) >> 20 + 1) MiB, and more for a model")
    }
    tellFailedAllocations(addresses)
  }

  /// Starts the program anew with what libraries read from the environment when they are loaded: OpenBLAS starts no
  /// thread for each processor, with 128 MiB each, on which nothing would ever work; the C library reserves no 64 MiB for
  /// every thread that allocates.
  private static func startFrugally() {
    guard ProcessInfo.processInfo.environment["OPENBLAS_NUM_THREADS"] != "1" else { return }
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    setenv("MALLOC_ARENA_MAX", "1", 0)
    execv("/proc/self/exe", CommandLine.unsafeArgv)
    // Comes here only where that is not possible; then there is less room, and all works as well.
  }

  /// Swift and the libraries end the program where a small allocation fails; the signal is turned into a message.
  private static func tellFailedAllocations(_ addresses: AddressSpace) {
    let text =
      "attune: out of memory: the limit of the address space (`ulimit -v`) of \(addresses.limit >> 20) MiB is used up; "
      + "raise it. A run that was saved goes on with --resume.\n"
    lastWords = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count, alignment: 1)
    lastWords.copyBytes(from: text.utf8)
    for number in [SIGABRT, SIGILL, SIGTRAP, SIGSEGV] {
      _ = signal(number) { number in
        if !AddressSpace.hasRoom(for: AddressLimit.exhausted) {
          _ = write(STDERR_FILENO, AddressLimit.lastWords.baseAddress, AddressLimit.lastWords.count)
          _exit(Int32(UserError.Kind.training.rawValue))
        }
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }
}
