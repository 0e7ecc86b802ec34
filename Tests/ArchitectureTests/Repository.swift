import Foundation

/// A file of source code, as text.
struct SourceFile: Sendable {
  /// Its path from the repository's root: `Sources/Tensors/Tensor.swift`.
  let path: String
  let text: String

  /// The target that it belongs to: the second folder of its path.
  var target: String { String(path.split(separator: "/")[1]) }

  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  /// The lines that are not comments, numbered from 1.
  var code: [(number: Int, line: Substring)] {
    lines.enumerated().compactMap { index, line in
      line.drop(while: \.isWhitespace).hasPrefix("//") ? nil : (index + 1, line)
    }
  }

  /// The modules that it imports. Imports start a line; code inside of a multi-line string is indented.
  var imports: Set<String> {
    Set(
      text.matches(
        of: /(?m)^(?:@\w+ )*(?:(?:package|public|internal|private) )?import (?:(?:struct|enum|class|func|var) )?(\w+)/
      ).map { String($0.1) })
  }
}

/// The repository that this test is part of.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let manifest = Manifest(parsing: (try? text(of: "Package.swift")) ?? "")

  /// All Swift files under `Sources` and `Tests`.
  static let swiftFiles = files(in: "Sources", extensions: ["swift"]) + files(in: "Tests", extensions: ["swift"])

  /// All files under `Sources` that are compiled.
  static let compiledFiles = files(in: "Sources", extensions: ["swift", "c", "h"])

  private static func text(of path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  private static func files(in folder: String, extensions: Set<String>) -> [SourceFile] {
    let paths = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)?.compactMap {
      $0 as? String
    }
    return (paths ?? []).filter { extensions.contains(($0 as NSString).pathExtension) }.sorted().compactMap { path in
      (try? text(of: "\(folder)/\(path)")).map { SourceFile(path: "\(folder)/\(path)", text: $0) }
    }
  }
}
