import InstructionData
import Testing

/// Which examples make up each step, and resuming at a cursor.
@Suite struct BatchSamplerTests {
  private func plan(
    _ count: Int = 10, batch: Int = 4, micro: Int = 3, length: RunLength = .epochs(2), epochs: Double? = nil,
    seed: UInt64 = 3
  ) throws -> BatchPlan {
    let mixture = try Mixture(
      sources: [DataSource(path: "a.jsonl", epochs: epochs)], exampleCounts: [count], seed: seed)
    return try BatchPlan(mixture: mixture, batchSize: batch, microBatchSize: micro, length: length)
  }

  @Test func theLastSmallerBatchIsUsed() throws {
    let plan = try plan()
    let batches = Array(BatchSampler(plan))
    #expect(batches.map { $0.microBatches.map(\.count) } == [[3, 1], [3, 1], [2], [3, 1], [3, 1], [2]])
    #expect(batches.map(\.step) == [1, 2, 3, 4, 5, 6])
    #expect(batches.map(\.epoch) == [0.4, 0.8, 1, 1.4, 1.8, 2])
    #expect(batches[..<3].flatMap(\.examples).map(\.index).sorted() == Array(0..<10))
    #expect(batches[3...].flatMap(\.examples).map(\.index).sorted() == Array(0..<10))
    #expect(plan.totalSteps == 6)
    #expect(plan.stepsPerEpoch == 3)
  }

  @Test func microBatchesChangeNothingAboutTheSteps() throws {
    let one = try BatchSampler(plan(micro: 1)).map(\.examples)
    let all = try BatchSampler(plan(micro: .max)).map(\.examples)
    #expect(one == all)
  }

  @Test func stepsMayEndInMidEpochOrGoRound() throws {
    #expect(try Array(BatchSampler(plan(length: .steps(2)))).map(\.epoch) == [0.4, 0.8])
    #expect(try Array(BatchSampler(plan(length: .steps(7)))).last?.epoch == 2.4)
    #expect(try plan(length: .epochs(0.5)).totalSteps == 2)
    #expect(try plan(batch: .max, length: .epochs(3)).totalSteps == 3)
    #expect(try Array(BatchSampler(plan(batch: .max, length: .epochs(3)))).map(\.examples.count) == [10, 10, 10])
  }

  @Test func resumingAtAnyCursorEqualsAStraightRun() throws {
    let plan = try plan(11, batch: 3, micro: 2, length: .epochs(4), epochs: 1.5)
    let straight = Array(BatchSampler(plan))
    let cursors = [plan.start] + straight.map(\.cursor)
    for (made, cursor) in cursors.enumerated() {
      #expect(Array(try BatchSampler(plan, at: cursor)) == Array(straight[made...]))
      #expect(try plan.steps(at: cursor) == made)
    }
  }

  @Test func theCursorIsThreeIntegers() throws {
    let plan = try plan()
    var batches = BatchSampler(plan)
    _ = batches.next()
    let saved = (batches.cursor.epoch, batches.cursor.position, batches.cursor.seed)
    #expect(saved == (0, 4, 3))
    var resumed = try BatchSampler(plan, at: BatchCursor(epoch: saved.0, position: saved.1, seed: saved.2))
    #expect(resumed.next() == batches.next())
  }

  @Test func aCursorOfAnotherRunIsRefused() throws {
    let plan = try plan()
    #expect(
      message { _ = try BatchSampler(plan, at: BatchCursor(epoch: 0, position: 3, seed: 3)) }
        == "the position in the data (epoch 0, example 3, seed 3) does not belong to this run (10 examples per epoch, "
        + "batches of 4, 6 steps, seed 3)")
    let wrong = [(0, 4, 2), (0, 12, 3), (0, -4, 3), (-1, 0, 3), (2, 4, 3), (Int.max, 0, 3)]
    for (epoch, position, seed) in wrong {
      let cursor = BatchCursor(epoch: epoch, position: position, seed: UInt64(seed))
      #expect(kind { _ = try BatchSampler(plan, at: cursor) } == .file)
    }
  }

  @Test func impossiblePlans() {
    #expect(message { _ = try plan(batch: 0) } == "training.batch_size must be at least 1, found 0")
    #expect(message { _ = try plan(micro: -1) } == "training.micro_batch_size must be at least 1, found -1")
    #expect(message { _ = try plan(length: .steps(0)) } == "training.steps must be at least 1, found 0")
    #expect(
      message { _ = try plan(length: .epochs(0)) }
        == "training.epochs must be above 0 and give fewer than 2^53 steps, found 0.0")
    #expect(kind { _ = try plan(length: .epochs(1e300)) } == .recipe)
    #expect(kind { _ = try plan(length: .epochs(.nan)) } == .recipe)
  }
}
