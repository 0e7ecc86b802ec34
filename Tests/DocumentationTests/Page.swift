import Foundation
import Testing

/// A page of the documentation.
struct Page: Sendable, CustomTestStringConvertible {
  let url: URL
  let text: String

  /// Its file's name.
  var name: String { url.lastPathComponent }
  var testDescription: String { name }
  /// The text without the options of other programs, which stand in the tables of one page in front of ours.
  var textAboutAttune: String {
    guard name == "ComingFromElsewhere.md" else { return text }
    let lines = text.split(separator: "\n").map { $0.hasPrefix("|") ? $0.split(separator: "|").last ?? "" : $0 }
    return lines.joined(separator: "\n")
  }

  private static let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The README and the pages in `Sources`.
  static let all: [Page] = ([repository.appendingPathComponent("README.md")] + files(in: "Sources", ending: ".md"))
    .compactMap { url in (try? String(contentsOf: url, encoding: .utf8)).map { Page(url: url, text: $0) } }

  /// The texts of all Swift files, without indentation.
  static let sources: [String] = (files(in: "Sources", ending: ".swift") + files(in: "Tests", ending: ".swift"))
    .compactMap { try? String(contentsOf: $0, encoding: .utf8).withoutIndentation }

  private static func files(in folder: String, ending: String) -> [URL] {
    let url = repository.appendingPathComponent(folder)
    let names = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(ending) }.sorted().map { url.appendingPathComponent($0) }
  }

  /// The code in a language.
  func blocks(_ language: String) -> [String] {
    text.components(separatedBy: "```\(language)\n").dropFirst().map { $0.components(separatedBy: "\n```")[0] }
  }

  /// What `[…](TARGET)` links to, outside of code.
  var links: [String] {
    let parts = text.components(separatedBy: "```")
    let prose = stride(from: 0, to: parts.count, by: 2).map { parts[$0] }.joined()
    return prose.components(separatedBy: "](").dropFirst().compactMap {
      $0.split(separator: ")").first.map(String.init)
    }
  }
}

extension String {
  /// The lines without the spaces in front of them, and without the backslashes of a string that holds code.
  var withoutIndentation: String {
    split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0.drop { $0 == " " }) }.joined(separator: "\n").replacingOccurrences(of: "\\\\", with: "\\")
  }
}
