import ArgumentParser
import Diagnostics
import Foundation
import Inference

/// Reads lines and answers them until the user ends it.
struct ChatLoop {
  private let greeting: String
  /// Whether lines are typed, and a person sees the prompts for them: these go to standard error.
  private let isInteractive = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1

  /// Makes a loop.
  ///
  /// - Parameter greeting: shown first on a terminal.
  init(_ greeting: String) { self.greeting = greeting }

  private static let commands = ["/reset", "/help", "/exit"]

  /// Talks until the input ends.
  ///
  /// - Throws: `ExitCode` 130 where it was interrupted.
  func run(_ conversation: inout Conversation) throws {
    let interruption = ChatInterruption()
    var input = LineInput()
    var interruptions = 0
    if isInteractive { Console.message(Paint.onError.dim(greeting)) }
    while true {
      if isInteractive { Console.rawMessage(Paint.onError.bold("> ")) }
      switch input.next() {
      case .end:
        if isInteractive { Console.message("") }
        return
      case .interrupted:
        interruption.clear()
        interruptions += 1
        if isInteractive { Console.message("") }
        if interruptions > 1 || !isInteractive { throw ExitCode(130) }
        Console.message("Ctrl-C again, or Ctrl-D, ends the conversation.")
      case .unreadable: Console.warning("this line is not UTF-8 text; it is ignored.")
      case .line(let line):
        let text = line.trimmingCharacters(in: .whitespacesAndNewlines)
        interruptions = 0
        if text.isEmpty { continue }
        if isCommand(text) {
          if obey(text, &conversation) { return }
          continue
        }
        interruption.clear()
        answer(text, &conversation, interruption)
        if interruption.isSet {
          interruption.clear()
          interruptions = 1
          if !isInteractive { throw ExitCode(130) }
        }
      }
    }
  }

  private func answer(_ text: String, _ conversation: inout Conversation, _ interruption: ChatInterruption) {
    var endsLine = true
    do {
      let isFull = try conversation.answer(text, while: { !interruption.isSet }) { piece in
        Console.outputPiece(piece)
        endsLine = piece.hasSuffix("\n")
      }
      if !endsLine || !isInteractive { Console.output("") }
      if isFull { Console.warning("the model has no positions left: /reset starts over.") }
    } catch let error as UserError {
      Console.error(error.message)
    } catch {
      Console.error("\(error)")
    }
  }

  /// Whether this is one word after a slash; anything longer is something to say.
  private func isCommand(_ text: String) -> Bool {
    text.first == "/" && text.dropFirst().allSatisfy { $0.isASCII && $0.isLetter }
  }

  /// Does what a command asks for; returns whether that was to end.
  private func obey(_ command: String, _ conversation: inout Conversation) -> Bool {
    switch command {
    case "/exit", "/quit": return true
    case "/reset":
      conversation.reset()
      Console.message("The conversation starts over.")
    case "/help":
      Console.message(
        """
        /reset  forgets what was said
        /exit   ends the conversation; so does Ctrl-D
        Ctrl-C  stops an answer; twice, it ends the conversation
        """)
    default:
      Console.message(
        "There is no command \(command); the commands are \(Self.commands.joined(separator: ", "))."
          + suggestion(for: command, in: Self.commands))
    }
    return false
  }
}
