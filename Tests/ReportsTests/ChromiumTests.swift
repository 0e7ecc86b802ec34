import Foundation
import Testing

@Suite(
  "report.html in a browser", .enabled(if: Tools.chromium != nil, "no Chromium is installed"))
struct ChromiumTests {
  /// The page as Chromium has it after its script has run, and what the console said.
  private func open(_ page: URL) throws -> (document: String, console: [String]) {
    let profile = FileManager.default.temporaryDirectory.appendingPathComponent("attune-profile-\(UUID())")
    defer { try? FileManager.default.removeItem(at: profile) }
    let run = try Tools.run(
      Tools.chromium ?? "",
      [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--user-data-dir=\(profile.path)", "--disable-background-networking", "--enable-logging=stderr", "--dump-dom",
        page.absoluteString,
      ])
    #expect(run.code == 0)
    return (run.output, run.messages.split(separator: "\n").filter { $0.contains("CONSOLE") }.map(String.init))
  }

  @Test("renders, runs its script, and the console stays empty: nothing was refused, nothing failed")
  func renders() throws {
    let run = try SyntheticRun(name: SyntheticRun.hostile, isPreference: true)
    let url = run.folder.appendingPathComponent("report.html")
    try run.page(statedWatts: 60).write(to: url)
    let (document, console) = try open(url)
    #expect(console.isEmpty, "\(console)")
    // The script adds a dot for each curve.
    #expect(document.contains("class=\"dot color0\""))
    #expect(!document.contains("<img"))
  }

  @Test("draws every plot, also for a run of a single step", arguments: [200, 1])
  func plots(steps: Int) throws {
    let run = try SyntheticRun(steps: steps, isPreference: true)
    let url = run.folder.appendingPathComponent("report.html")
    try run.page().write(to: url)
    let (document, console) = try open(url)
    #expect(console.isEmpty, "\(console)")
    let figures = document.components(separatedBy: "<figure class=\"chart").dropFirst()
    #expect(figures.count == 8)
    for figure in figures {
      let drawing = figure.components(separatedBy: "<svg class=\"drawing\"").last?.components(separatedBy: "</figure>")[
        0]
      let parts = try #require(drawing)
      let (paths, dots) = (parts.matches(of: /<path [^>]*d="([^"]*)"/), parts.matches(of: /<circle [^>]*class="dot/))
      // A curve has several points, or its only one has a mark; the script has added a dot for each curve.
      #expect(!paths.isEmpty && paths.allSatisfy { $0.output.1.wholeMatch(of: /M[-0-9. L]+/) != nil }, "\(parts)")
      #expect(paths.allSatisfy { $0.output.1.contains("L") } || parts.contains(/<circle [^>]*cx=/), "\(parts)")
      #expect(dots.count == paths.count)
    }
  }

  @Test("would notice a request: the page's policy refuses it and the console reports it")
  func refuses() throws {
    let run = try SyntheticRun(steps: 5)
    let url = run.folder.appendingPathComponent("report.html")
    let page = try run.page().document.replacing("</main>", with: "<img src=\"https://example.invalid/x.png\"></main>")
    try Data(page.utf8).write(to: url)
    #expect(try !open(url).console.isEmpty)
  }
}
