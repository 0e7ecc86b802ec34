import Autodiff
import LanguageModels
import StrictJSON
import Testing

@Suite("A model with sliding windows")
struct WindowedModelTests {
  /// A window in every layer, and one in the second layer alone.
  static let windows: [[String: JSONValue]] = [
    ["model_type": "mistral", "sliding_window": 7],
    [
      "model_type": "qwen3", "head_dim": 4, "use_sliding_window": true, "sliding_window": 7, "max_window_layers": 1,
    ],
  ]

  private func model(_ changes: [String: JSONValue]) throws -> LanguageModel {
    LanguageModel(randomly: try tiny(changes), seed: 2)
  }

  @Test("sees another past than one without, from the first token on that the window hides", arguments: windows)
  func effect(changes: [String: JSONValue]) throws {
    let (windowed, wide) = (try model(changes), try model(changes.merging(["sliding_window": 64]) { $1 }))
    let layout = SequenceLayout(sequences([30]))
    let (one, other) = withoutGradients { (windowed.states(layout).value, wide.states(layout).value) }
    #expect(relativeDifference(one.rows(0..<7).array, other.rows(0..<7).array) < 1e-6)
    for row in 7..<30 {
      #expect(relativeDifference(one.rows(row..<row + 1).array, other.rows(row..<row + 1).array) > 1e-4)
    }
  }

  @Test("packed sequences have the gradients of separate ones", arguments: windows)
  func packing(changes: [String: JSONValue]) throws {
    let (model, all) = (try model(changes), sequences([9, 2, 31, 17, 5, 40]))
    let (whole, parts) = (model.gradients([all]), model.gradients(all.map { [$0] }))
    #expect(abs(parts.loss / whole.loss - 1) < 1e-6)
    for (name, expected) in whole.gradients {
      #expect(relativeDifference(try #require(parts.gradients[name]), expected) < 1e-5, "\(name)")
    }
  }

  @Test("what is computed again has the same bits", arguments: windows)
  func recomputation(changes: [String: JSONValue]) throws {
    let (model, all) = (try model(changes), sequences([9, 31, 5]))
    let expected = model.gradients([all])
    for checkpointing in [ActivationCheckpointing.selective, .full] {
      model.checkpointing = checkpointing
      let found = model.gradients([all])
      #expect(found.loss == expected.loss && found.gradients == expected.gradients, "\(checkpointing)")
    }
  }

  @Test("a window reaches from an answer back into the prompt that several answers share", arguments: windows)
  func tree(changes: [String: JSONValue]) throws {
    let (model, all) = (try model(changes), sequences([20, 9, 3, 14]))
    let (prompt, answers) = (all[0], Array(all[1...]))
    var tree = SequenceTree()
    let root = tree.append(prompt)
    let leaves = answers.map { tree.append($0, to: root) }
    let predictions = tree.predictions(of: leaves)
    let shared = withoutGradients { model.losses(of: predictions).losses.value.array }
    for (answer, leaf) in zip(answers, leaves) {
      let sequence = prompt + answer
      let rows = Array(prompt.count - 1..<sequence.count - 1)
      let alone = withoutGradients {
        model.losses(model.states(SequenceLayout([sequence])), rows: rows, targets: answer).losses.value.array
      }
      #expect(relativeDifference(predictions[leaf].joined().map { shared[$0] }, alone) < 1e-6)
    }
  }
}
