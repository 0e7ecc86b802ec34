import Diagnostics

/// A model on a hub, `OWNER/NAME`, and its revision.
package struct ModelReference: Sendable, Equatable, CustomStringConvertible {
  /// Its publisher and its name: `OWNER/NAME`.
  package let identifier: String
  /// A branch, a tag or a commit; `main` by default.
  package let revision: String

  /// `OWNER/NAME@REVISION`.
  package var description: String { "\(identifier)@\(revision)" }

  /// Parses `OWNER/NAME` or `OWNER/NAME@REVISION`.
  ///
  /// - Throws: `UserError` of kind `recipe` if a part is missing or contains characters that no hub allows in a name.
  package init(_ text: String) throws {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let names = parts[0].split(separator: "/", omittingEmptySubsequences: false)
    guard !text.contains("://") else {
      throw UserError.recipe(
        "'\(text)' is an address; expected only OWNER/NAME[@REVISION]. To use another hub, set HF_ENDPOINT.")
    }
    guard names.count == 2, names.allSatisfy(Self.isName) else {
      throw UserError.recipe(
        "'\(text)' is not the name of a model; expected OWNER/NAME or OWNER/NAME@REVISION, such as "
          + "HuggingFaceTB/SmolLM2-135M-Instruct")
    }
    identifier = String(parts[0])
    revision = parts.count == 2 ? String(parts[1]) : "main"
    guard revision.split(separator: "/", omittingEmptySubsequences: false).allSatisfy({ Self.isName($0) }) else {
      throw UserError.recipe("'\(revision)' is not a revision; expected a branch, a tag or a commit, such as main")
    }
  }

  /// Whether a text consists of letters, digits, `.`, `_` and `-`, and does not begin with `.` or `-`.
  private static func isName(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 200 else { return false }
    guard first != UInt8(ascii: "."), first != UInt8(ascii: "-") else { return false }
    return text.utf8.allSatisfy { HTTPAddress.isUnreserved($0) && $0 != UInt8(ascii: "~") }
  }
}
