import Diagnostics
import Foundation
import InputFiles

/// Runs this program again in a separate process, so that each run starts with fresh memory.
enum ChildRun {
  /// Runs the program with arguments and waits for its end.
  ///
  /// - Parameter interruption: passed on to a process that the terminal's Ctrl-C doesn't reach.
  /// - Returns: the exit code; 128 plus the signal's number if a signal ended the process.
  /// - Throws: `UserError` of kind `training` if the program cannot be started.
  static func exitCode(of arguments: [String], _ interruption: Interruption) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: AttuneHome.programPath)
    process.arguments = arguments
    do { try process.run() } catch {
      throw UserError.training("\(AttuneHome.programPath): cannot be started: \(systemReason(error))")
    }
    // Ctrl-C doesn't reach a process in another process group: pass it on, so that the run saves its state.
    let isInOtherGroup = getpgid(process.processIdentifier) != getpgrp()
    var isSignalled = false
    while process.isRunning {
      if let signal = interruption.signal, isInOtherGroup, !isSignalled {
        kill(process.processIdentifier, signal)
        isSignalled = true
      }
      usleep(20_000)
    }
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal ? 128 + process.terminationStatus : process.terminationStatus
  }
}
