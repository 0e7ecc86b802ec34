import Foundation
import Recipes
import Testing

/// All pages: the README and those of the DocC catalogues.
@Suite("Every page")
struct PageTests {
  @Test("Links lead to existing files, and to headings in them", arguments: Page.all)
  func links(page: Page) throws {
    for link in page.links where !link.contains("://") {
      let target = page.target(of: link)
      #expect(FileManager.default.fileExists(atPath: target.path), "\(page.testDescription) links to \(link)")
      let parts = link.split(separator: "#", omittingEmptySubsequences: false)
      guard parts.count > 1 else { continue }
      let linked = try #require(Page.all.first { $0.url.path == target.path }, "\(link) has no headings")
      #expect(linked.anchors.contains(String(parts[1])), "\(page.testDescription) links to \(link)")
    }
  }

  @Test("Swift code is in a source file or a test, so that it compiles", arguments: Page.all)
  func swiftCode(page: Page) {
    for block in page.blocks("swift") {
      let isThere = Page.sources.contains { $0.contains(block.withoutIndentation) }
      #expect(isThere, "\(page.name): \(block.prefix(200))")
    }
  }

  @Test("Parts of recipes have valid keys", arguments: Page.all)
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

  @Test("Keys of recipes in tables and sentences are valid", arguments: Page.all)
  func keys(page: Page) throws {
    let text = "output: o\nmodel: {path: m}\ndata: {train: t, held_out: h, template: plain, columns: {prompt: p}}"
    let known = try RecipeFile(text: text, path: page.name).recipe.values.map(\.keyPath)
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
