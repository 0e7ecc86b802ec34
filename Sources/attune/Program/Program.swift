import ArgumentParser
import Diagnostics
import Foundation
import InputFiles
import Tensors

/// Runs the requested command and turns errors into messages and exit codes.
enum Program {
  /// The program's version, shown by `--version` and recorded in the files it writes.
  static let version = "0.1.0"

  /// Runs the command that the arguments name and returns the exit code.
  static func run(_ arguments: [String]) -> Int32 {
    Console.openStandardStreams()
    // A file that exceeds the shell's `ulimit -f` is then an error that can be reported, and doesn't kill the process.
    _ = signal(SIGXFSZ, SIG_IGN)
    MemoryPool.shared.limit(to: SystemMemory.limit) { end(because: $0) }
    do {
      try AddressLimit.prepare()
      try KernelChoice.check()
      try checkCommandName(arguments)
      var command = try Attune.parseAsRoot(arguments)
      try command.run()
      guard let failure = Console.outputFailure else { return 0 }
      throw UserError.output("standard output: cannot be written: \(systemError(failure))")
    } catch {
      return report(error)
    }
  }

  /// Ends the process.
  static func exit(with code: Int32) -> Never {
    Foundation.exit(code)
  }

  /// Reports that memory ran out and ends the process.
  private static func end(because exhaustion: MemoryExhaustion) -> Never {
    let smaller =
      "lower training.micro_batch_size or data.max_length, set model.activation_checkpointing to full or "
      + "model.precision to bfloat16"
    let advice: (text: String, kind: UserError.Kind) =
      switch exhaustion.purpose {
      case .tensors: ("To need less, \(smaller); a saved run continues with --resume", .training)
      case .rehearsal: ("Raise it, or \(smaller)", .recipe)
      case .products: ("Fewer threads (--threads) need less", .recipe)
      }
    Console.error("\(exhaustion). \(advice.text).")
    // Other threads are still computing, so nothing is torn down.
    _exit(Int32(advice.kind.rawValue))
  }

  /// Prints an error to standard error, or requested help to standard output; returns the exit code.
  private static func report(_ error: any Error) -> Int32 {
    switch error {
    case let error as UserError:
      Console.error(error.message)
      return Int32(error.kind.rawValue)
    case let errors as UserErrors:
      for error in errors.errors { Console.error(error.message) }
      return Int32(errors.kind.rawValue)
    case let code as ExitCode:
      return code.rawValue
    case let error as CocoaError:
      // Foundation's codes from 512 to 767 concern writing, those below 512 reading.
      let isOutput = (512..<768).contains(error.code.rawValue)
      let path = (error as NSError).userInfo[NSFilePathErrorKey] as? String
      let place = path.map { "\($0): cannot be \(isOutput ? "written" : "read"): " } ?? ""
      Console.error(place + sentence(systemReason(error)))
      return Int32((isOutput ? UserError.Kind.output : .file).rawValue)
    default:
      return reportFromArgumentParser(error)
    }
  }

  /// Handles help, the version, wrong options and unexpected errors.
  private static func reportFromArgumentParser(_ error: any Error) -> Int32 {
    let text = Attune.fullMessage(for: error, columns: Terminal.columns)
    switch Attune.exitCode(for: error) {
    case .success:
      Console.output(text)
      return 0
    case .validationFailure:
      Console.error(text.hasPrefix("Error: ") ? String(text.dropFirst(7)) : text)
      return Int32(UserError.Kind.recipe.rawValue)
    default:
      Console.error("unexpected error: \(sentence("\(error)"))")
      return Int32(UserError.Kind.training.rawValue)
    }
  }

  private static func sentence(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  /// Rejects an unknown command and suggests the nearest one.
  private static func checkCommandName(_ arguments: [String]) throws {
    guard let name = arguments.first, !name.hasPrefix("-") else { return }
    let names = Attune.configuration.subcommands.compactMap { $0.configuration.commandName }
    guard !names.contains(name), name != "help" else { return }
    let hint = suggestion(for: name, in: names)
    throw UserError.recipe(
      "'\(name)' is not a command.\(hint.isEmpty ? " The commands are: \(names.joined(separator: ", "))." : hint)")
  }
}
