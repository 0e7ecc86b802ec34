import Foundation

/// Lets a handler have signals from now on.
///
/// - Parameters:
///   - numbers: the signals.
///   - kept: those of them that stay ignored where the process was started to ignore them, as under `nohup`.
func listen(to numbers: [Int32], keepingIgnored kept: [Int32], _ handler: @escaping @convention(c) (Int32) -> Void) {
  for number in numbers {
    let before = signal(number, handler)
    if kept.contains(number), unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
      _ = signal(number, SIG_IGN)
    }
  }
  // Who starts a process from a thread that blocks signals hands the block on to it.
  var signals = sigset_t()
  sigemptyset(&signals)
  for number in numbers { sigaddset(&signals, number) }
  pthread_sigmask(SIG_UNBLOCK, &signals, nil)
}
