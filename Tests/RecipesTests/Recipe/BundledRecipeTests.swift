import Foundation
import Recipes
import Testing

@Suite("The recipes that come with Attune")
struct BundledRecipeTests {
  /// The repository's `recipes`.
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("recipes").resolvingSymlinksInPath()
    .path

  static let names = (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? [])
    .filter { $0.hasSuffix(".yaml") }.sorted()

  @Test("decode, and begin with what they are for and how they are run", arguments: names)
  func decodes(name: String) throws {
    let path = "\(Self.folder)/\(name)"
    let recipe = try RecipeFile(path: path).recipe
    #expect(try RecipeFile(text: recipe.resolvedYAML, path: name).recipe == recipe)
    let header = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").prefix { $0.hasPrefix("#") }
    #expect(header.first?.hasPrefix("# ") == true && header.first?.contains("attune run") == false, "\(header)")
    #expect(header.contains { $0.contains("attune run recipes/\(name)") }, "\(header)")
  }

  @Test("there are some")
  func some() { #expect(Self.names.contains("full.yaml")) }
}
