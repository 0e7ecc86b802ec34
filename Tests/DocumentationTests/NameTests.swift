import Foundation
import Testing

/// What pages name in code: commands, options, files.
@Suite("Names on every page")
struct NameTests {
  /// `check-data` and the others, each in its own file.
  private static let commands = Page.files(in: "Sources/attune/Commands", ending: "Command.swift").map {
    String($0.lastPathComponent.dropLast("Command.swift".count)).kebabCase
  }

  /// The options and flags of all commands.
  private static let options: Set<String> = {
    let texts = Page.files(in: "Sources/attune", ending: ".swift")
      .compactMap { try? String(contentsOf: $0, encoding: .utf8) }
    let declarations = texts.flatMap { $0.matches(of: #/@(?:Option|Flag)[\s\S]*?\bvar `?([A-Za-z]+)/#) }
    let names = texts.flatMap { $0.matches(of: #/\.customLong\("([a-z-]+)"/#).map { String($0.1) } }
    let builtIn = ["help", "version", "generate-completion-script"]
    return Set(declarations.map { String($0.1).kebabCase } + names + builtIn)
  }()

  @Test("There are commands and options to compare with")
  func some() {
    #expect(Self.commands.contains("check-data"))
    #expect(Self.options.contains("write-clean"))
  }

  @Test("Commands and their options exist", arguments: Page.all)
  func commands(page: Page) {
    for line in page.commandLines {
      guard let command = line.firstMatch(of: #/(?:^|[ \/])attune ([a-z][a-z-]*)/#) else { continue }
      #expect(Self.commands.contains(String(command.1)), "\(page.testDescription): \(line)")
      for option in line[command.range.upperBound...].matches(of: #/--([a-z][a-z-]*)/#) {
        let isThere = Self.options.contains(String(option.1))
        #expect(isThere, "\(page.testDescription): --\(option.1) in \(line)")
      }
    }
  }

  @Test("Files of the repository exist", arguments: Page.all)
  func files(page: Page) {
    let code = page.inlineCode + ["sh", "bash", "yaml"].flatMap { page.blocks($0) }
    let pattern = #/(?:^|[ \n=\[])((?:Sources|Tests|recipes|data|\.ci)\/[A-Za-z0-9_+.\/-]*[A-Za-z0-9_])(.?)/#
    for match in code.flatMap({ $0.matches(of: pattern) }) where !["+", "…", "*", "$"].contains(match.2) {
      let path = Page.repository.appendingPathComponent(String(match.1)).path
      #expect(FileManager.default.fileExists(atPath: path), "\(page.testDescription) names \(match.1)")
    }
  }
}
