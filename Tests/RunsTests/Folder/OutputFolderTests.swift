import Foundation
import Runs
import Testing

@Suite("An output folder that is overwritten")
struct OutputFolderTests {
  private static let names = [
    "recipe.yaml", "events.out.tfevents.1.host", "best.h5", "step-4.h5", "metrics.jsonl", "last.h5", "model.h5",
    "evaluation.json", "report.html", "step-12.h5", "adapter.h5", "reference.json",
  ]

  @Test("however far the removal came, what is left is not a finished run, and has its recipe")
  func everyPrefix() {
    let order = OutputFolder.removalOrder(of: Self.names + [".lock", "notes.txt", "step-by-step.txt"]).flatMap(\.self)
    #expect(order.sorted() == Self.names.sorted())
    for count in 1..<order.count {
      let left = Set(order.dropFirst(count))
      #expect(left.contains("recipe.yaml"))
      if left.contains("step-4.h5") { #expect(left.isSuperset(of: ["metrics.jsonl", "best.h5"]), "\(left)") }
      if left.contains("last.h5") { #expect(left.isSuperset(of: ["step-12.h5", "step-4.h5"]), "\(left)") }
      // A result is there only with the complete run that made it.
      if !left.isDisjoint(with: ["model.h5", "adapter.h5", "evaluation.json"]) {
        #expect(left.isSuperset(of: ["last.h5", "step-12.h5", "step-4.h5", "best.h5", "metrics.jsonl"]), "\(left)")
      }
    }
  }

  @Test("all of the run goes, and nothing else")
  func everything() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("attune-\(UUID())").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    for name in Self.names + ["notes.txt"] { try Data().write(to: URL(fileURLWithPath: "\(path)/\(name)")) }
    #expect(OutputFolder.holdsRun(path))
    _ = try OutputFolder(path, .overwrite)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["notes.txt"])
  }
}
