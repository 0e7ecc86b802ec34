import Diagnostics
import Foundation
import InputFiles
import StrictJSON

/// A recipe that comes with Attune.
struct BundledRecipe {
  /// The name for `attune copy`: the file's path in `recipes`, without `.yaml`.
  let name: String
  /// The path of its file.
  let path: String
  /// The first sentence of its header, which says what the recipe is for.
  let summary: String

  /// All recipes in a home's `recipes`, ordered by name.
  static func all(in home: AttuneHome) throws -> [BundledRecipe] {
    // An enumerator does not enter a folder that is a symbolic link.
    let folder = URL(fileURLWithPath: home.path).appendingPathComponent("recipes").resolvingSymlinksInPath().path
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    let recipes = names.filter { $0.hasSuffix(".yaml") }.sorted().map { name in
      let path = folder.path(of: name)
      return BundledRecipe(name: String(name.dropLast(5)), path: path, summary: summary(ofFileAt: path))
    }
    if recipes.isEmpty { throw UserError.file("\(folder): holds no recipes; expected *.yaml.") }
    return recipes
  }

  /// The recipe with a name, given with or without `.yaml`.
  static func named(_ name: String, in home: AttuneHome) throws -> BundledRecipe {
    let recipes = try all(in: home)
    let requested = name.hasSuffix(".yaml") ? String(name.dropLast(5)) : name
    if let recipe = recipes.first(where: { $0.name == requested }) { return recipe }
    throw UserError.recipe(
      "'\(name)' is not a bundled recipe.\(suggestion(for: requested, in: recipes.map(\.name))) "
        + "`attune list` shows all of them.")
  }

  /// The recipe's text; with a home, the bundled files that it names have their absolute paths.
  func contents(namingFilesIn home: AttuneHome?) throws -> Data {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw UserError.file("\(path): cannot be read; expected UTF-8 text.")
    }
    guard let home else { return Data(text.utf8) }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Self.naming(filesIn: home, $0) }
    return Data(lines.joined(separator: "\n").utf8)
  }

  /// A line; if it is `key: data/…`, its path is absolute and quoted.
  private static func naming(filesIn home: AttuneHome, _ line: Substring) -> String {
    guard !line.drop(while: { $0 == " " }).hasPrefix("#"), let mark = line.range(of: ": data/") else {
      return String(line)
    }
    let value = line[mark.upperBound...].prefix { !" ,}#".contains($0) }
    let absolute = home.path.path(of: "data/\(value)")
    let quoted = JSONValue.string(absolute).compactText
    return "\(line[..<mark.lowerBound]): \(quoted)\(line[value.endIndex...])"
  }

  /// The first sentence of the header's first paragraph, with a full stop in place of a colon at its end.
  private static func summary(ofFileAt path: String) -> String {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return "" }
    let header = text.split(separator: "\n").prefix { $0.hasPrefix("#") }
    let lines = header.map { $0.drop { $0 == "#" || $0 == " " } }
    let paragraph = lines.drop { $0.isEmpty || $0.hasPrefix("attune ") }.prefix { !$0.isEmpty }.joined(separator: " ")
    let sentence = paragraph.range(of: ". ").map { paragraph[...$0.lowerBound] } ?? paragraph[...]
    return sentence.hasSuffix(":") ? sentence.dropLast() + "." : String(sentence)
  }
}
