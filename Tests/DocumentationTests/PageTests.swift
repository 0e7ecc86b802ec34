import Foundation
import Recipes
import Testing

/// All pages: the README and those of the DocC catalogues.
@Suite("Every page")
struct PageTests {
  @Test("Links lead to files that are there", arguments: Page.all)
  func links(page: Page) {
    for link in page.links where !link.contains("://") && !link.hasPrefix("#") {
      let path = link.split(separator: "#")[0]
      let target = page.url.deletingLastPathComponent().appendingPathComponent(String(path)).standardizedFileURL.path
      #expect(FileManager.default.fileExists(atPath: target), "\(page.name) links to \(link)")
    }
  }

  @Test("Swift code stands in a source file or a test, so that it compiles", arguments: Page.all)
  func swiftCode(page: Page) {
    for block in page.blocks("swift") {
      let isThere = Page.sources.contains { $0.contains(block.withoutIndentation) }
      #expect(isThere, "\(page.name): \(block.prefix(200))")
    }
  }

  @Test("Parts of recipes have keys that there are", arguments: Page.all)
  func recipes(page: Page) throws {
    for block in page.blocks("yaml") {
      let sections = block.split(separator: "\n").compactMap { $0.first == " " ? nil : $0.prefix { $0 != ":" } }
      var text = block
      if !sections.contains("output") { text += "\noutput: o" }
      if !sections.contains("model") { text += "\nmodel: {path: m}" }
      if !sections.contains("data") { text += "\ndata: {train: t}" }
      #expect(throws: Never.self, "\(page.name)") { try RecipeFile(text: text, path: page.name) }
    }
  }

  @Test("Keys of recipes in tables and sentences are there", arguments: Page.all)
  func keys(page: Page) throws {
    let text = "output: o\nmodel: {path: m}\ndata: {train: t, held_out: h, template: plain, columns: {prompt: p}}"
    let known = try RecipeFile(text: text, path: page.name).recipe.entries.map(\.keyPath)
    let sections = Set(known.compactMap { $0.contains(".") ? $0.split(separator: ".")[0] : nil })
    let pattern = try Regex("`([a-z_]+)\\.([a-z_]+)(?::[^`]*)?`")
    for match in page.textAboutAttune.matches(of: pattern) {
      let (section, key) = (match.output[1].substring ?? "", match.output[2].substring ?? "")
      // An adapter's and an objective's keys depend on the method; the tests of recipes know them.
      guard sections.contains(section), !["adapter", "objective"].contains(section) else { continue }
      let others = [
        "model.configuration", "model.tokenizer", "training.steps", "schedule.warmup_fraction", "model.safetensors",
      ]
      let name = "\(section).\(key)"
      let isThere = (known + others).contains { $0 == name || $0.hasPrefix(name + ".") || $0.hasPrefix(name + "[") }
      #expect(isThere, "\(page.name) names \(name)")
    }
  }
}
