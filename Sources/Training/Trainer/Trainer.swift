import Autodiff
import InstructionData
import LanguageModels
import Optimization
import Tensors

/// The training loop: one for every objective and every set of parameters. It prints nothing; it emits events.
public struct Trainer<Element: TrainingExample> {
  /// The model that is trained.
  public let model: LanguageModel
  /// What is trained of it.
  public let parameters: [Parameter]
  /// What is learned.
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
  /// How far training is.
  public private(set) var state: TrainingState
  private let optimizerStep: OptimizerStep

  /// Makes a trainer that starts, or resumes, at a state.
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
    optimizerStep = OptimizerStep(parameters, clipNorm: options.clipNorm, isInBackward: options.updatesInBackward)
  }

  /// Trains to the end of the plan, or of the patience.
  ///
  /// - Parameters:
  ///   - shouldContinue: asked between the batches of an evaluation, and before the first step.
  ///   - emit: receives every event with the state after it; decides whether training continues.
  /// - Returns: whether the end was reached; false where training was stopped, after a complete checkpoint wherever a step
  ///   was taken.
  /// - Throws: `UserError` of kind `training` where too many steps in a row were not finite; what `emit` throws.
  public mutating func run(
    while shouldContinue: () -> Bool = { true }, _ emit: (TrainingEvent, TrainingState) throws -> TrainingFlow
  ) throws -> Bool {
    var batches = try BatchSampler(plan, at: state.cursor)
    if try start(while: shouldContinue, emit) == .stop { return false }
    var startOfStep = ContinuousClock.now
    let notFiniteBefore = weightsNotFinite
    var isCheckpointDue = false
    while !isEnd, let batch = batches.next() {
      let report = step(on: batch, since: startOfStep)
      if state.skippedInARow > options.maximumSkipped {
        throw tooManySkipped(batch.examples.map { data[$0] })
      }
      var flow = try emit(.step(report), state)
      let isEvaluationDue = state.step == plan.totalSteps || state.step.isMultiple(of: options.evaluateEvery)
      if heldOut != nil, isEvaluationDue, try evaluate(while: shouldContinue, emit) == .stop { flow = .stop }
      let isLast = isEnd && !state.isEvaluationDue
      if state.step.isMultiple(of: options.checkpointEvery) { isCheckpointDue = true }
      // A skipped step hints at broken weights: it does not replace a good checkpoint, the next step that is taken does.
      if isLast || flow == .stop || isCheckpointDue && !report.isSkipped {
        isCheckpointDue = false
        try checkWeights(except: notFiniteBefore)
        if try emit(.checkpoint(.last), state) == .stop { flow = .stop }
      }
      if flow == .stop, !isLast { return false }
      startOfStep = ContinuousClock.now
    }
    return true
  }

  private var isEnd: Bool { options.isEnd(state, totalSteps: plan.totalSteps) }

  /// One optimizer step: the gradients of all micro-batches are summed, then divided once.
  private mutating func step(on batch: Batch, since start: ContinuousClock.Instant) -> StepReport {
    let microBatches = batch.microBatches(of: data, sharingPrefixes: model.sharesPrefixes).map { $0.map { data[$0] } }
    let examples = microBatches.flatMap { $0 }
    let (learningRate, seed) = (schedule.learningRate(step: batch.step), options.seed)
    let outcome = optimizerStep(objective, model, microBatches, learningRate: learningRate, &state.optimizer) { index in
      RandomStream(seed: seed, purpose: "dropout \(batch.step) \(index)").state
    }
    state.step = batch.step
    state.cursor = batch.cursor
    state.epoch = batch.epoch
    state.skippedInARow = outcome.isSkipped ? state.skippedInARow + 1 : 0
    return StepReport(
      step: batch.step, epoch: batch.epoch, loss: outcome.loss, learningRate: learningRate,
      gradientNorm: outcome.gradientNorm, tokens: examples.reduce(0) { $0 + $1.tokenCount },
      trainedTokens: examples.reduce(0) { $0 + $1.trainedCount },
      seconds: (ContinuousClock.now - start).inSeconds, isSkipped: outcome.isSkipped,
      microBatchFill: microBatches.count > 1
        ? InstructionData.microBatchFill(
          microBatches.map { $0.tokenCount(sharingPrefixes: model.sharesPrefixes, of: \.tokenCount) }) : nil,
      preferences: outcome.preferences)
  }

  /// Evaluates before the first step, or after the step whose evaluation was stopped halfway.
  ///
  /// - Returns: whether to stop before a step is taken: everything was saved already.
  private mutating func start(
    while shouldContinue: () -> Bool, _ emit: (TrainingEvent, TrainingState) throws -> TrainingFlow
  ) throws -> TrainingFlow {
    guard heldOut != nil, state.step == 0 || state.isEvaluationDue else {
      return shouldContinue() || isEnd ? .continue : .stop
    }
    let flow = try evaluate(while: shouldContinue, emit)
    if state.isEvaluationDue { return .stop }
    guard isEnd else { return flow }
    _ = try emit(.checkpoint(.last), state)
    return .continue
  }

  private mutating func evaluate(
    while shouldContinue: () -> Bool, _ emit: (TrainingEvent, TrainingState) throws -> TrainingFlow
  ) throws -> TrainingFlow {
    guard let heldOut else { return .continue }
    func check(_: Int = 0) throws { if !shouldContinue() { throw EvaluationStopped() } }
    let report: EvaluationReport
    do {
      try check()
      report = try Training.evaluate(model, on: heldOut, objective: objective, onProgress: check)
    } catch is EvaluationStopped {
      state.isEvaluationDue = true
      return .stop
    }
    state.isEvaluationDue = false
    // The model before the first step is not a result of training, however good it is.
    let isBest = state.step > 0 && report.total.loss < state.bestLoss ?? .infinity
    if isBest { state.bestLoss = report.total.loss }
    if state.step > 0 { state.evaluationsSinceBest = isBest ? 0 : state.evaluationsSinceBest + 1 }
    let flow = try emit(.evaluation(step: state.step, report, isBest: isBest), state)
    if isBest, try emit(.checkpoint(.best), state) == .stop { return .stop }
    return flow
  }
}

/// An evaluation was stopped before its end.
private struct EvaluationStopped: Error {}
