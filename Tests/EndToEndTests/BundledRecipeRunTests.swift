import Foundation
import TestSupport
import Testing

/// Every bundled recipe, run for two steps from the repository.
@Suite("The bundled recipes run", .needsProgram)
struct BundledRecipeRunTests {
  private static let root = SharedAssets.repository.path

  static let recipes =
    (FileManager.default.enumerator(atPath: root + "/recipes")?.compactMap { $0 as? String } ?? [])
    .filter { $0.hasSuffix(".yaml") && !$0.hasPrefix("pretrain") }.sorted()

  @Test("for two steps", arguments: recipes)
  func twoSteps(recipe: String) throws {
    let workspace = try Workspace()
    let run = try ProgramRun(
      "run", "recipes/\(recipe)", "output=\(workspace.path)/out", "training.steps=2", "evaluation.generate=false",
      workingDirectory: Self.root)
    #expect(run.exitCode == 0, "\(run.messages)")
    #expect(try workspace.losses().count == 2)
    let adapter = try String(contentsOfFile: "\(Self.root)/recipes/\(recipe)", encoding: .utf8).contains("\nadapter:")
    #expect(workspace.has(adapter ? "out/adapter.h5" : "out/model.h5"))
  }
}
