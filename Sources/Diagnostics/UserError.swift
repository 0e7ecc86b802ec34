/// A mistake that a person can fix: bad input, a missing file, a full disk.
///
/// Every error that can reach the user of the program is one of these. The message names the file, line or key and says
/// what is wrong, what was expected and how to fix it, with the nearest valid name if there is one.
public struct UserError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What went wrong, in the terms of the program's exit codes.
  public enum Kind: Int, Sendable, Comparable {
    /// The recipe or an option is wrong (exit code 2).
    case recipe = 2
    /// Data, a model, an adapter or another file is wrong or missing (exit code 3).
    case file = 3
    /// Training failed: a value that is not finite, or no memory left (exit code 4).
    case training = 4
    /// Something could not be written (exit code 5).
    case output = 5

    /// Orders kinds by their exit codes. Where several errors are reported together, the lowest decides.
    public static func < (first: Kind, second: Kind) -> Bool { first.rawValue < second.rawValue }
  }

  /// What went wrong, in the terms of the program's exit codes.
  public let kind: Kind
  /// The text for the user, complete in itself.
  public let message: String

  /// Makes an error of a kind with the text that the user reads.
  ///
  /// Text from a file cannot do harm in a message: control characters, which a terminal might obey, are escaped, and a
  /// message of more than 4000 bytes is shortened in the middle.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message.harmless
  }

  /// The recipe or an option is wrong.
  public static func recipe(_ message: String) -> UserError { UserError(.recipe, message) }
  /// Data, a model, an adapter or another file is wrong or missing.
  public static func file(_ message: String) -> UserError { UserError(.file, message) }
  /// Training failed.
  public static func training(_ message: String) -> UserError { UserError(.training, message) }
  /// Something could not be written.
  public static func output(_ message: String) -> UserError { UserError(.output, message) }

  /// The text for the user.
  public var description: String { message }
}

extension String {
  /// The text with its control characters, line breaks excepted, escaped and its length limited.
  fileprivate var harmless: String {
    let shown =
      utf8.count <= 4000 ? self : String(unicodeScalars.prefix(2500)) + " … " + String(unicodeScalars.suffix(1000))
    func isControl(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.generalCategory == .control && scalar != "\n"
    }
    guard shown.unicodeScalars.contains(where: isControl) else { return shown }
    return shown.unicodeScalars.reduce(into: "") { text, scalar in
      text += isControl(scalar) ? scalar.escaped(asASCII: true) : String(scalar)
    }
  }
}

/// Several mistakes, reported at once.
public struct UserErrors: Error, Sendable, Equatable, CustomStringConvertible {
  /// The mistakes, in the order in which they are reported.
  public let errors: [UserError]

  /// Collects mistakes; there must be at least one.
  public init(_ errors: [UserError]) {
    precondition(!errors.isEmpty, "a report of errors needs at least one error")
    self.errors = errors
  }

  /// The kind that decides the exit code: the lowest.
  public var kind: UserError.Kind { errors.map(\.kind).min() ?? .recipe }

  /// The texts for the user, one per line.
  public var description: String { errors.map(\.message).joined(separator: "\n") }
}
