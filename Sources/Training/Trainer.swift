import Autodiff
import InstructionData
import LanguageModels
import Optimization
import Tensors

/// The training loop: one for every objective and every set of parameters. It is silent; it tells what happens.
public struct Trainer<Element: TrainingExample> {
  /// How long, how often, how much.
  public struct Options: Sendable {
    /// The largest global norm of the gradient; nil leaves it as it is.
    public var clipNorm: Double?
    /// Steps between two evaluations; there is one before the first step and one behind the last.
    public var evaluateEvery: Int
    /// Steps between two checkpoints; there is one behind the last step.
    public var checkpointEvery: Int
    /// The most steps that may be skipped one after another.
    public var maximumSkipped: Int
    /// After how many evaluations without a lower held-out loss training ends; nil: never before the plan does.
    public var patience: Int?
    /// What dropout's draws begin from; with the step they decide them, so that a resumed run draws the same.
    public var seed: UInt64

    /// The defaults are the recipe's.
    public init(
      clipNorm: Double? = 1, evaluateEvery: Int = 50, checkpointEvery: Int = 100, maximumSkipped: Int = 10,
      patience: Int? = nil, seed: UInt64 = 0
    ) {
      self.clipNorm = clipNorm
      self.evaluateEvery = evaluateEvery
      self.checkpointEvery = checkpointEvery
      self.maximumSkipped = maximumSkipped
      self.patience = patience
      self.seed = seed
    }

    /// Whether a state is the end of training: the last step, or the end of the patience.
    public func isEnd(_ state: TrainingState, totalSteps: Int) -> Bool {
      state.step >= totalSteps || patience.map { state.evaluationsSinceBest >= $0 } ?? false
    }
  }

  /// The model that is trained.
  public let model: LanguageModel
  /// What is trained of it.
  public let parameters: [Parameter]
  /// What is learnt.
  public let objective: Objective<Element>
  /// The examples.
  public let data: DataSet<Element>
  /// The examples of every step.
  public let plan: BatchPlan
  /// The learning rate of every step.
  public let schedule: Schedule
  /// Examples that are not trained on; nil where there are none.
  public let heldOut: DataSet<Element>?
  /// How long, how often, how much.
  public let options: Options
  /// Where training stands.
  public private(set) var state: TrainingState

  /// Makes a trainer that begins, or goes on, at a state.
  public init(
    model: LanguageModel, parameters: [Parameter], objective: Objective<Element>, data: DataSet<Element>,
    plan: BatchPlan, schedule: Schedule, heldOut: DataSet<Element>? = nil, options: Options = Options(),
    state: TrainingState
  ) {
    self.model = model
    self.parameters = parameters
    self.objective = objective
    self.data = data
    self.plan = plan
    self.schedule = schedule
    self.heldOut = heldOut
    self.options = options
    self.state = state
  }

  /// Trains to the end of the plan, or of the patience.
  ///
  /// - Parameters:
  ///   - goesOn: asked between the batches of an evaluation, and before the first step.
  ///   - emit: told of every event with the state it left; decides whether training goes on.
  /// - Returns: whether the end was reached; false where it was stopped, behind a complete checkpoint wherever a step was
  ///   taken.
  /// - Throws: `UserError` of kind `training` where too many steps in a row were not finite; what `emit` throws.
  public mutating func run(
    while goesOn: () -> Bool = { true }, _ emit: (TrainingEvent, TrainingState) throws -> TrainingFlow
  ) throws -> Bool {
    var batches = try BatchSampler(plan, at: state.cursor)
    if try begin(while: goesOn, emit) == .stop { return false }
    var start = ContinuousClock.now
    let spoiltBefore = weightsNotFinite
    var owesCheckpoint = false
    while !isEnd, let batch = batches.next() {
      let report = take(batch, since: start)
      if state.skippedInARow > options.maximumSkipped {
        throw tooManySkipped(batch.examples.map { data[$0] })
      }
      var flow = try emit(.step(report), state)
      let isDue = state.step == plan.totalSteps || state.step.isMultiple(of: options.evaluateEvery)
      if heldOut != nil, isDue, try evaluate(while: goesOn, emit) == .stop { flow = .stop }
      let isLast = isEnd && !state.isEvaluationDue
      if state.step.isMultiple(of: options.checkpointEvery) { owesCheckpoint = true }
      // Steps that are skipped tell that the weights may be spoilt: they wait with taking a good checkpoint's place.
      if isLast || flow == .stop || owesCheckpoint && !report.isSkipped {
        owesCheckpoint = false
        try checkWeights(except: spoiltBefore)
        if try emit(.checkpoint(.last), state) == .stop { flow = .stop }
      }
      if flow == .stop, !isLast { return false }
      start = ContinuousClock.now
    }
    return true
  }

  private var isEnd: Bool { options.isEnd(state, totalSteps: plan.totalSteps) }

  /// One optimizer step: all micro-batches' gradients are summed, then divided once.
  private mutating func take(_ batch: Batch, since start: ContinuousClock.Instant) -> StepReport {
    let microBatches = batch.microBatches(balancing: { data[$0].tokenCount }).map { $0.map { data[$0] } }
    let examples = microBatches.flatMap { $0 }
    let (sum, count, preferences) = objective.addGradients(model, microBatches) { index in
      RandomStream(seed: options.seed, purpose: "dropout \(batch.step) \(index)").state
    }
    let loss = sum / Double(count)
    let norm = globalNorm(of: parameters) / Double(count)
    let rate = schedule.learningRate(step: batch.step)
    let isFinite = loss.isFinite && norm.isFinite
    if isFinite {
      let factor = options.clipNorm.map { clippingFactor(norm: norm, limit: $0) } ?? 1
      state.optimizer.step(parameters, learningRate: rate, gradientScale: factor / Double(count))
    }
    for parameter in parameters { parameter.variable.clearGradient() }
    state.step = batch.step
    state.cursor = batch.cursor
    state.epoch = batch.epoch
    state.skippedInARow = isFinite ? 0 : state.skippedInARow + 1
    return StepReport(
      step: batch.step, epoch: batch.epoch, loss: loss, learningRate: rate, gradientNorm: norm,
      tokens: examples.reduce(0) { $0 + $1.tokenCount }, trainedTokens: examples.reduce(0) { $0 + $1.trainedCount },
      seconds: (ContinuousClock.now - start).inSeconds, isSkipped: !isFinite,
      microBatchFill: microBatches.count > 1
        ? InstructionData.microBatchFill(microBatches.map { $0.reduce(0) { $0 + $1.tokenCount } }) : nil,
      preferences: preferences)
  }

  /// Evaluates ahead of the first step, or behind the one where the evaluation was broken off.
  ///
  /// - Returns: whether to stop before a step is taken: all that there is to save was saved before.
  private mutating func begin(
    while goesOn: () -> Bool, _ emit: (TrainingEvent, TrainingState) throws -> TrainingFlow
  ) throws -> TrainingFlow {
    guard heldOut != nil, state.step == 0 || state.isEvaluationDue else { return goesOn() || isEnd ? .goOn : .stop }
    let flow = try evaluate(while: goesOn, emit)
    if state.isEvaluationDue { return .stop }
    guard isEnd else { return flow }
    _ = try emit(.checkpoint(.last), state)
    return .goOn
  }

  private mutating func evaluate(
    while goesOn: () -> Bool, _ emit: (TrainingEvent, TrainingState) throws -> TrainingFlow
  ) throws -> TrainingFlow {
    guard let heldOut else { return .goOn }
    func check(_: Int = 0) throws { if !goesOn() { throw EvaluationStopped() } }
    let report: EvaluationReport
    do {
      try check()
      report = try Training.evaluate(model, on: heldOut, objective: objective, onProgress: check)
    } catch is EvaluationStopped {
      state.isEvaluationDue = true
      return .stop
    }
    state.isEvaluationDue = false
    // The model before the first step is no result of training, however good.
    let isBest = state.step > 0 && report.total.loss < state.bestLoss ?? .infinity
    if isBest { state.bestLoss = report.total.loss }
    if state.step > 0 { state.evaluationsSinceBest = isBest ? 0 : state.evaluationsSinceBest + 1 }
    let flow = try emit(.evaluation(step: state.step, report, isBest: isBest), state)
    if isBest, try emit(.checkpoint(.best), state) == .stop { return .stop }
    return flow
  }
}

/// An evaluation was broken off, because whoever listens asked for it.
private struct EvaluationStopped: Error {}
