import Autodiff
import LanguageModels
import Testing

@Suite("How tokens are batched changes nothing")
struct BatchInvarianceTests {
  private static func model(_ family: String = "llama") throws -> LanguageModel {
    LanguageModel(randomly: try tiny(["model_type": .string(family)]), seed: 2)
  }

  @Test("six sequences at once, two at a time, one at a time", arguments: modelTypes)
  func microBatches(family: String) throws {
    let (model, all) = (try Self.model(family), sequences([9, 2, 31, 17, 5, 40]))
    let whole = model.gradients([all])
    for size in [1, 2, 4] {
      let parts = stride(from: 0, to: all.count, by: size).map { Array(all[$0..<min($0 + size, all.count)]) }
      let (loss, gradients) = model.gradients(parts)
      #expect(abs(loss / whole.loss - 1) < 1e-6)
      for (name, expected) in whole.gradients {
        #expect(relativeDifference(try #require(gradients[name]), expected) < 1e-5, "\(name), \(size) at a time")
      }
    }
  }

  @Test("a sequence after others has the states that it has alone", arguments: modelTypes)
  func packing(family: String) throws {
    let (model, all) = (try Self.model(family), sequences([13, 1, 26, 8]))
    withoutGradients {
      let packed = model.states(SequenceLayout(all)).value
      var start = 0
      for sequence in all {
        let alone = model.states(SequenceLayout([sequence])).value.array
        #expect(relativeDifference(packed.rows(start..<start + sequence.count).array, alone) < 1e-6)
        start += sequence.count
      }
      #expect(start == packed.shape[0])
      let losses = all.filter { $0.count > 1 }.map { Double(model.lossSum([$0]).scalar) }.reduce(0, +)
      #expect(abs(Double(model.lossSum(all).scalar) / losses - 1) < 1e-6)
    }
  }

  @Test("tokens to come change nothing that stands before them")
  func causality() throws {
    let (model, sequence) = (try Self.model(), sequences([20])[0])
    var changed = sequence
    for position in 12..<20 { changed[position] = (changed[position] + 7) % 32 }
    let (one, other) = withoutGradients {
      (model.states(SequenceLayout([sequence])).value, model.states(SequenceLayout([changed])).value)
    }
    #expect(one.rows(0..<12).array == other.rows(0..<12).array)
    #expect(one.rows(12..<20).array != other.rows(12..<20).array)
  }

  @Test("activation checkpointing saves memory, not digits", arguments: modelTypes)
  func checkpointing(family: String) throws {
    let (model, all) = (try Self.model(family), sequences([9, 31, 5]))
    let expected = model.gradients([all])
    for checkpointing in [ActivationCheckpointing.selective, .full] {
      model.checkpointing = checkpointing
      let found = model.gradients([all])
      #expect(found.loss == expected.loss)
      #expect(found.gradients == expected.gradients, "\(checkpointing)")
    }
  }
}
