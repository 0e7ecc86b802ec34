import Diagnostics
import Foundation

/// A recipe that comes with Attune.
struct BundledRecipe {
  /// What `attune copy` calls it: its file's name below `recipes` without `.yaml`.
  let name: String
  /// Its file.
  let path: String
  /// The first line of its header, which says what it is for.
  let summary: String

  /// All recipes below a home's `recipes`, by name.
  static func all(in home: AttuneHome) throws -> [BundledRecipe] {
    // An enumerator doesn't enter a folder that is a symbolic link.
    let folder = URL(fileURLWithPath: home.path).appendingPathComponent("recipes").resolvingSymlinksInPath().path
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    let recipes = names.filter { $0.hasSuffix(".yaml") }.sorted().map { name in
      let path = (folder as NSString).appendingPathComponent(name)
      return BundledRecipe(name: String(name.dropLast(5)), path: path, summary: summary(ofFileAt: path))
    }
    if recipes.isEmpty { throw UserError.file("\(folder) holds no recipes.") }
    return recipes
  }

  /// The recipe of a name.
  static func named(_ name: String, in home: AttuneHome) throws -> BundledRecipe {
    let recipes = try all(in: home)
    let wanted = name.hasSuffix(".yaml") ? String(name.dropLast(5)) : name
    if let recipe = recipes.first(where: { $0.name == wanted }) { return recipe }
    throw UserError.recipe(
      "'\(name)' is not a recipe that comes with Attune.\(suggestion(for: wanted, in: recipes.map(\.name))) "
        + "`attune list` shows them all.")
  }

  private static func summary(ofFileAt path: String) -> String {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return "" }
    let header = text.split(separator: "\n").prefix { $0.hasPrefix("#") }
    let lines = header.map { $0.drop { $0 == "#" || $0 == " " } }
    return lines.first { !$0.isEmpty && !$0.hasPrefix("attune ") }.map(String.init) ?? ""
  }
}
