import Foundation
import Reports
import StrictJSON
import Testing

@Suite("report.html")
struct RunPageTests {
  @Test("text from outside stays text, wherever it appears")
  func escaping() throws {
    let run = try SyntheticRun(steps: 10, name: SyntheticRun.hostile)
    let entry = RecipeEntry(keyPath: SyntheticRun.hostile, value: SyntheticRun.hostile, defaultValue: nil)
    let page = try run.page(recipe: [entry]).document
    #expect(!page.contains("alert(1)</script>"))
    #expect(!page.contains("<img"))
    #expect(page.contains("&lt;img src=x onerror=alert(2)&gt; &quot; &#39; &amp; \u{FFFD} \u{FFFD}"))
    // The program's own script and nothing but it: the others are values.
    #expect(page.components(separatedBy: "<script>").count == 2)
  }

  @Test("metrics of ten gigabytes without a line break are rejected")
  func sparse() throws {
    let run = try SyntheticRun(steps: 3)
    let lines = try String(contentsOf: run.metrics, encoding: .utf8).split(separator: "\n").count
    #expect(truncate(run.metrics.path, 10 << 30) == 0)
    let error = #expect(throws: (any Error).self) { try run.page() }
    #expect("\(error as Any)".contains("metrics.jsonl:\(lines + 1): the line is longer than 64 MiB"))
  }

  @Test("refers to nothing that a browser would fetch")
  func selfContained() throws {
    let page = try SyntheticRun().page().document
    for word in ["http:", "https:", "src=", "@import", "url(", "fetch(", "XMLHttpRequest"] {
      #expect(!page.contains(word), "\(word)")
    }
    #expect(page.contains("default-src &#39;none&#39;"))
  }

  @Test("draws every curve of the metrics, with its table")
  func charts() throws {
    let page = try SyntheticRun(isPreference: true).page().document
    for id in ["loss", "learning-rate", "gradient-norm", "throughput", "memory", "rewards", "margin", "accuracy"] {
      #expect(page.contains("id=\"\(id)\""), "\(id)")
    }
    #expect(page.components(separatedBy: "<figure").count == 9)
    #expect(page.components(separatedBy: "<details class=\"values\">").count == 9)
    #expect(!page.contains("nan") && !page.contains("inf "))
  }

  @Test("marks the values that differ from the defaults")
  func recipe() throws {
    let page = try SyntheticRun(steps: 10).page(recipe: [
      RecipeEntry(keyPath: "seed", value: "42", defaultValue: "42"),
      RecipeEntry(keyPath: "optimizer.learning_rate", value: "0.001", defaultValue: "0.0003"),
    ]).document
    #expect(page.contains("<span class=\"changed\">optimizer.learning_rate: 0.001</span><span>"[...].dropLast(6)))
    #expect(page.contains("<span>seed: 42</span>"))
    #expect(page.contains("<code>0.0003</code>"))
  }

  @Test("marks energy from stated watts as assumed")
  func energy() throws {
    // 60 s at 120 W are 2 Wh, and 2.2 Wh with what a data centre adds; 0.385 g a Wh.
    let page = try SyntheticRun(steps: 10).page(statedWatts: 120).document
    #expect(page.contains("2.200 Wh"))
    #expect(page.contains("0.847 g CO₂e, assumed"))
    #expect(try !SyntheticRun(steps: 10).page().document.contains("CO₂e"))
  }

  @Test(
    "is drawn for a run that has only started, and for values that are not finite",
    arguments: [
      "", #"{"event":"start","steps":5}"# + "\n",
      #"{"event":"start"}"# + "\n" + #"{"event":"step","step":1,"loss":null}"#,
      #"{"event":"step","step":1,"loss":1e308,"gradient_norm":0,"learning_rate":-1e308}"# + "\n"
        + #"{"event":"step","step":2,"loss":-1e308,"gradient_norm":1e-300,"learning_rate":1e308}"# + "\n{\"event",
    ])
  func unfinished(metrics: String) throws {
    let run = try SyntheticRun(steps: 1)
    try Data(metrics.utf8).write(to: run.metrics)
    let page = try run.page().document
    #expect(page.contains("</html>"))
    #expect(!page.contains("d=\"Mnan") && !page.contains("inf%"))
  }

  @Test("a line that is not JSON is reported with its number")
  func damaged() throws {
    let run = try SyntheticRun(steps: 3)
    try Data("{\"event\":\"start\"}\nnothing\n".utf8).write(to: run.metrics)
    #expect { try run.page() } throws: { "\($0)".contains("metrics.jsonl:2: not JSON: ") }
  }
}
