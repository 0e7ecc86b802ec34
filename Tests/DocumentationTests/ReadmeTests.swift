import Foundation
import Testing

/// The page that everybody reads first.
@Suite("The README")
struct ReadmeTests {
  private let page: Page

  init() throws { page = try #require(Page.all.first { $0.testDescription == "README.md" }) }

  @Test("It is short: everything else is on the other pages")
  func size() { #expect(page.text.utf8.count <= 9500) }

  @Test("Its first two commands run the quickstart and the tests, with the same packages; a mark shows CI the second")
  func commands() throws {
    let blocks = page.blocks("sh")
    try #require(blocks.count >= 2)
    let (first, second) = (blocks[0].components(separatedBy: " && "), blocks[1].components(separatedBy: " && "))
    #expect(first.last == "swift run -c release attune run recipes/quickstart.yaml")
    #expect(second.last == "swift test -c release")
    #expect(first.dropLast() == second.dropLast())
    #expect(page.text.contains("<!-- test -->\n```sh\n\(blocks[1])\n```\n"))
  }

  @Test("Every page can be reached from it")
  func reachability() {
    var reached: Set<String> = []
    var waiting = [page]
    while let next = waiting.popLast() {
      guard reached.insert(next.url.path).inserted else { continue }
      let targets = Set(next.links.map { next.target(of: $0).path })
      waiting += Page.all.filter { targets.contains($0.url.path) }
    }
    for page in Page.all { #expect(reached.contains(page.url.path), "no page links to \(page.testDescription)") }
  }
}
