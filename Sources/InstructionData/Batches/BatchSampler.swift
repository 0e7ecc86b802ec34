/// The batches of a run, one after another.
///
///     var batches = BatchSampler(plan)
///     while let batch = batches.next() { … }
public struct BatchSampler: Sequence, IteratorProtocol, Sendable {
  /// The plan that the sampler follows.
  public let plan: BatchPlan
  /// The position in the data, after the last batch returned.
  public private(set) var cursor: BatchCursor
  private var step: Int
  private var order: [ExampleReference] = []

  /// Starts at the beginning of a run.
  public init(_ plan: BatchPlan) {
    self.plan = plan
    self.cursor = plan.start
    self.step = 0
  }

  /// Resumes at a cursor: the following batches are those of a run that never stopped.
  ///
  /// - Throws: `UserError` of kind `file` for a cursor that does not belong to this plan.
  public init(_ plan: BatchPlan, at cursor: BatchCursor) throws {
    self.plan = plan
    self.cursor = cursor
    self.step = try plan.steps(at: cursor)
    if cursor.position > 0 { order = plan.mixture.order(ofEpoch: cursor.epoch) }
  }

  /// The next batch, or nil at the end of the run.
  public mutating func next() -> Batch? {
    if step >= plan.totalSteps { return nil }
    if cursor.position == 0 { order = plan.mixture.order(ofEpoch: cursor.epoch) }
    let end = cursor.position + Swift.min(plan.batchSize, order.count - cursor.position)
    let examples = order[cursor.position..<end]
    let microBatches = stride(from: examples.startIndex, to: end, by: plan.microBatchSize).map {
      Array(examples[$0..<($0 + Swift.min(plan.microBatchSize, end - $0))])
    }
    let epoch = Double(cursor.epoch) + Double(end) / Double(order.count)
    step += 1
    cursor.position = end
    if end == order.count {
      cursor.position = 0
      cursor.epoch += 1
    }
    return Batch(step: step, microBatches: microBatches, epoch: epoch, cursor: cursor)
  }
}
