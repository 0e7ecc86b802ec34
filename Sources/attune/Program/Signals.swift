import Foundation

/// Installs a handler for signals.
///
/// - Parameters:
///   - numbers: the signals.
///   - kept: the signals that stay ignored if they were ignored when the process started, as under `nohup`.
func listen(to numbers: [Int32], keepingIgnored kept: [Int32], _ handler: @escaping @convention(c) (Int32) -> Void) {
  for number in numbers {
    let before = signal(number, handler)
    if kept.contains(number), unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
      _ = signal(number, SIG_IGN)
    }
  }
  // A process inherits blocked signals from the thread that started it.
  var signals = sigset_t()
  sigemptyset(&signals)
  for number in numbers { sigaddset(&signals, number) }
  pthread_sigmask(SIG_UNBLOCK, &signals, nil)
}
