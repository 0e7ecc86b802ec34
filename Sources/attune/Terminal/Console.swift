import Foundation
import StrictJSON

/// The two streams of the program: results to standard output, everything else to standard error.
enum Console {
  /// Prints a result.
  static func output(_ text: String) {
    write(text.hasSuffix("\n") ? text : text + "\n", to: .standardOutput)
  }

  /// Prints the one JSON document of a command with `--json`.
  static func output(json value: JSONValue) {
    output(value.compactText)
  }

  /// Prints a piece of a result without ending the line, as streamed text comes.
  static func outputPiece(_ text: String) {
    write(text, to: .standardOutput)
  }

  /// Tells something on the way.
  static func message(_ text: String) {
    write(text + "\n", to: .standardError)
  }

  /// Tells what one should know although it stops nothing.
  static func warning(_ text: String) {
    message(Paint.onError.yellow("attune: warning:") + " " + text)
  }

  /// Tells why the program ends.
  static func error(_ text: String) {
    message(Paint.onError.red("attune:") + " " + text)
  }

  /// Writes a text as it is to standard error: for what rewrites its own line.
  static func rawMessage(_ text: String) {
    write(text, to: .standardError)
  }

  /// A stream that is closed takes nothing, and there is nobody left to tell.
  private static func write(_ text: String, to stream: FileHandle) {
    try? stream.write(contentsOf: Data(text.utf8))
  }
}
