import Checkpoints
import Diagnostics
import Foundation
import LanguageModels
import Testing
import Training

@Suite("The checkpoints of a run")
struct CheckpointStoreTests {
  /// Saves checkpoints at these steps.
  private func save(_ tiny: TinyTraining, keep: Int, steps: [Int]) throws {
    let store = tiny.store(keep: keep)
    for step in steps {
      var state = tiny.beginning
      state.step = step
      try store.save(.last, tiny.model.trained, state)
    }
  }

  @Test(
    "as many are kept as were asked for, the newest",
    arguments: [
      (1, ["last.h5"]), (2, ["last.h5", "step-90.h5"]), (3, ["last.h5", "step-20.h5", "step-90.h5"]),
      (9, ["last.h5", "step-10.h5", "step-20.h5", "step-5.h5", "step-90.h5"]),
    ])
  func keep(keep: Int, expected: [String]) throws {
    let tiny = try TinyTraining()
    try save(tiny, keep: keep, steps: [5, 10, 20, 90, 100])
    #expect(tiny.folder.names.filter { $0.hasSuffix(".h5") } == expected)
    #expect(try AttuneFile(tiny.store().last).state["step"] == .integer(100))
    if keep > 1 { #expect(try AttuneFile(tiny.folder["step-90.h5"]).state["step"] == .integer(90)) }
  }

  @Test("an empty folder holds no state; damaged ones alone are an error, after a warning for each")
  func nothing() throws {
    let tiny = try TinyTraining()
    let none = try tiny.store().restore(tiny.model.trained, beginning: tiny.beginning) { _ in }
    #expect(none?.step == nil)
    try save(tiny, keep: 2, steps: [1, 2])
    for name in ["last.h5", "step-1.h5"] { try Data("no checkpoint".utf8).write(to: tiny.folder[name]) }
    var warnings: [String] = []
    let error = try #require(throws: UserError.self) {
      _ = try tiny.store().restore(tiny.model.trained, beginning: tiny.beginning) { warnings.append($0) }
    }
    #expect(error.kind == .file && error.message.contains("no checkpoint can be resumed from"))
    #expect(warnings.count == 2 && warnings[0].contains("last.h5") && warnings[1].contains("step-1.h5"))
  }

  @Test("the best weights can be read by themselves")
  func best() throws {
    let tiny = try TinyTraining()
    let weights = tiny.weights
    try tiny.store().save(.best, tiny.model.trained, tiny.beginning)
    for (_, variable) in tiny.model.parameters { variable.updateValue { $0 = .zeros($0.shape) } }
    #expect(tiny.weights != weights)
    try tiny.store().readParameters(tiny.model.trained, from: tiny.store().best)
    #expect(tiny.weights == weights)
    #expect(tiny.folder.names.filter { $0.hasSuffix(".h5") } == ["best.h5"])
  }

  @Test("a checkpoint of a model of another shape is refused, naming the tensor")
  func otherShape() throws {
    let tiny = try TinyTraining()
    try save(tiny, keep: 1, steps: [1])
    let wider = LanguageModel(
      randomly: try DecoderConfiguration(
        parsing: TinyTraining.configuration.replacing("\"intermediate_size\": 48", with: "\"intermediate_size\": 64"),
        place: "config.json"), seed: 1)
    var warnings: [String] = []
    #expect(throws: UserError.self) {
      _ = try tiny.store().restore(wider.trained, beginning: tiny.beginning) { warnings.append($0) }
    }
    #expect(
      warnings.joined().contains("'model.layers.0.mlp.gate_proj.weight' has the shape [48, 32], expected [64, 32]"))
  }
}
