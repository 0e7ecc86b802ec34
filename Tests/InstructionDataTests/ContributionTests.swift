import InstructionData
import Testing

/// What sources contribute to a run, and how evenly its micro-batches are filled.
@Suite struct ContributionTests {
  /// Two sources whose examples have 1, 2, 3 … and 10, 20, 30 … tokens, the last of each is trained on.
  private func data(_ sources: [DataSource], counts: [Int]) throws -> DataSet<Example> {
    let workspace = try Workspace()
    let files = try sources.enumerated().map { index, source in
      let lines = (0..<counts[index]).map { place in
        let ids = [Int](repeating: 1, count: (place + 2) * (index == 0 ? 1 : 10))
        return "{\"ids\": \(ids), \"prompt_len\": \(ids.count - 1)}"
      }
      var file = source
      file.path = try workspace.file("\(index).jsonl", lines.joined(separator: "\n"))
      return file
    }
    return try DataLoader(template: .plain, encoder: nil, options: DataOptions(vocabularySize: 2))
      .demonstrations(from: files)
  }

  @Test(arguments: [([1.0, 2.5], nil), (nil, [3.0, 1.0]), (nil, nil)] as [([Double]?, [Double]?)])
  func equalWhatTheBatchesHold(epochs: [Double]?, weights: [Double]?) throws {
    let sources = (0..<2).map {
      DataSource(path: "\($0).jsonl", weight: weights?[$0], epochs: epochs?[$0])
    }
    let data = try data(sources, counts: [7, 5])
    let plan = try BatchPlan(
      mixture: Mixture(of: data, seed: 3), batchSize: 4, microBatchSize: 2, length: .epochs(3.4))
    var counted = sources.map { Contribution(name: $0.name) }
    var step = 0
    for batch in BatchSampler(plan) {
      for reference in batch.examples {
        counted[reference.source].examples += 1
        counted[reference.source].tokens += data[reference].tokenCount
        counted[reference.source].trainedTokens += 1
      }
      step += 1
      #expect(plan.contributions(of: data, steps: step) == counted)
    }
    #expect(step == plan.totalSteps)
  }

  @Test func microBatchesAreOfLikeLengthAndHoldTheSameExamples() throws {
    let data = try data([DataSource(path: "a.jsonl")], counts: [13])
    var (before, after) = (0.0, 0.0)
    let plan = try BatchPlan(
      mixture: Mixture(of: data, seed: 3), batchSize: 6, microBatchSize: 2, length: .epochs(2))
    for batch in BatchSampler(plan) {
      let dealt = batch.microBatches(balancing: { data[$0].tokenCount })
      #expect(dealt.count == batch.microBatches.count)
      #expect(dealt.allSatisfy { $0.count <= 2 && !$0.isEmpty })
      #expect(dealt.flatMap { $0 }.sorted() == batch.examples.sorted())
      func fill(_ parts: [[ExampleReference]]) -> Double {
        microBatchFill(parts.map { $0.reduce(0) { $0 + data[$1].tokenCount } })
      }
      after += fill(dealt)
      before += fill(batch.microBatches)
    }
    #expect(after > before)
  }

  @Test func fill() {
    #expect(microBatchFill([10, 10]) == 1)
    #expect(microBatchFill([10, 5]) == 0.75)
    #expect(microBatchFill([]) == 1)
  }
}
