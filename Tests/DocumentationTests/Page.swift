import Foundation
import Testing

/// A page of the documentation.
struct Page: Sendable, CustomTestStringConvertible {
  let url: URL
  let text: String

  /// Its file's name.
  var name: String { url.lastPathComponent }
  /// Its path in the repository.
  var testDescription: String { String(url.path.dropFirst(Self.repository.path.count + 1)) }
  /// The text without other programs' options: one page's tables list them in the columns before ours.
  var textAboutAttune: String {
    guard name == "ComingFromElsewhere.md" else { return text }
    let lines = text.split(separator: "\n").map { $0.hasPrefix("|") ? $0.split(separator: "|").last ?? "" : $0 }
    return lines.joined(separator: "\n")
  }

  static let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The README, the one in `data`, and the pages in `Sources`.
  static let all: [Page] =
    (["README.md", "data/README.md"].map { repository.appendingPathComponent($0) } + files(in: "Sources", ending: ".md"))
    .compactMap { url in (try? String(contentsOf: url, encoding: .utf8)).map { Page(url: url, text: $0) } }

  /// The texts of all Swift files, without indentation.
  static let sources: [String] = (files(in: "Sources", ending: ".swift") + files(in: "Tests", ending: ".swift"))
    .compactMap { try? String(contentsOf: $0, encoding: .utf8).withoutIndentation }

  /// The files in a folder of the repository whose names have an ending.
  static func files(in folder: String, ending: String) -> [URL] {
    let url = repository.appendingPathComponent(folder)
    let names = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(ending) }.sorted().map { url.appendingPathComponent($0) }
  }

  /// The code in a language.
  func blocks(_ language: String) -> [String] {
    text.components(separatedBy: "```\(language)\n").dropFirst().map { $0.components(separatedBy: "\n```")[0] }
  }

  /// The text outside of blocks of code.
  var prose: String {
    let parts = text.components(separatedBy: "```")
    return stride(from: 0, to: parts.count, by: 2).map { parts[$0] }.joined()
  }

  /// The code between backticks in the prose.
  var inlineCode: [String] {
    let parts = prose.components(separatedBy: "`")
    return stride(from: 1, to: parts.count, by: 2).map { parts[$0] }
  }

  /// The lines of shell code, and the inline code that runs the program.
  var commandLines: [String] {
    let lines = (blocks("sh") + blocks("bash")).flatMap { $0.components(separatedBy: "\n") }
    return (lines + inlineCode).filter { $0.contains("attune ") }
  }

  /// What `[…](TARGET)` links to, outside of code.
  var links: [String] {
    prose.components(separatedBy: "](").dropFirst().compactMap { $0.split(separator: ")").first.map(String.init) }
  }

  /// The names by which GitHub links to its headings.
  var anchors: [String] {
    let headings = prose.split(separator: "\n").filter { $0.hasPrefix("#") }
    return headings.map { heading in
      let title = heading.drop { $0 == "#" || $0 == " " }.lowercased()
      return title.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }.replacingOccurrences(of: " ", with: "-")
    }
  }

  /// The file that a link leads to; the page's own for an anchor alone.
  func target(of link: String) -> URL {
    let path = link.prefix { $0 != "#" }
    return path.isEmpty ? url : url.deletingLastPathComponent().appendingPathComponent(String(path)).standardizedFileURL
  }
}

extension String {
  /// The lines without leading spaces, and without the backslashes of a string that holds code.
  var withoutIndentation: String {
    split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0.drop { $0 == " " }) }.joined(separator: "\n").replacingOccurrences(of: "\\\\", with: "\\")
  }

  /// `write-clean` for `writeClean`, and for `WriteClean`.
  var kebabCase: String {
    String(flatMap { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.drop { $0 == "-" })
  }
}
