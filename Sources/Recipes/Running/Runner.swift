import Checkpoints
import Diagnostics
import Foundation
import InstructionData
import LanguageModels
import Optimization
import OutputFiles
import StrictJSON
import Tensors
import Training

/// Runs a recipe: the whole story, from files to files.
public struct Runner {
  /// How a run is started.
  public struct Options: Sendable {
    /// What to do where the output folder holds a run already.
    public var existing = OutputFolder.Existing.refuse
    /// Everything up to and including one step; nothing is written.
    public var isDryRun = false
    /// The program's version, which is noted in what is written.
    public var version = ""

    /// A fresh run.
    public init() {}
  }

  let file: RecipeFile
  private let options: Options
  let goesOn: () -> Bool
  let tell: (RunEvent) -> TrainingFlow
  /// The recipe with every default decided.
  private(set) var recipe: Recipe
  /// Whether nothing is written.
  var isDryRun: Bool { options.isDryRun }

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - goesOn: asked before the first step, between the batches of an evaluation and the tokens of answers, whether the
  ///     run goes on.
  ///   - tell: told of everything; decides behind each step whether the run goes on.
  public init(
    _ file: RecipeFile, options: Options = Options(), while goesOn: @escaping () -> Bool = { true },
    tell: @escaping (RunEvent) -> TrainingFlow
  ) {
    self.file = file
    self.options = options
    self.goesOn = goesOn
    self.tell = tell
    recipe = file.recipe
  }

  /// Runs the recipe.
  ///
  /// - Returns: whether the end was reached; false where `tell` stopped it, behind a complete checkpoint.
  /// - Throws: `UserError`, `UserErrors`.
  public func run() throws -> Bool {
    let start = ContinuousClock.now
    if !options.isDryRun { try OutputFolder.check(recipe.output, options.existing) }
    let unsupported = recipe.unsupported(at: file)
    if !unsupported.isEmpty { throw UserErrors(unsupported) }

    // Tokenizer, data; what is learnt decides what kind.
    var files = try recipe.modelFiles(at: file)
    var decided = self
    decided.recipe.data.template = recipe.templateName(for: files)
    if decided.recipe.data.template == .model, case .success(let template) = files.modelTemplate, template.readsClock {
      let began = options.existing == .resume ? Resumption.date(ofRunIn: recipe.output) : nil
      files.day = recipe.data.date ?? began ?? .today
      decided.recipe.data.date = files.day
    }
    return try decided.run(files, since: start)
  }

  /// Trains with a recipe in which nothing is left open.
  private func run(_ files: ModelFiles, since start: ContinuousClock.Instant) throws -> Bool {
    switch recipe.objective {
    case .sft:
      let data = try RunData<Example>(recipe, files)
      return try run(files, data, Estimator<Example>(file, files, data), since: start, prepareDemonstrations)
    case .dpo, .orpo, .simpo, .kto, .reward:
      let data = try RunData<PreferenceExample>(recipe, files)
      return try run(files, data, Estimator<PreferenceExample>(file, files, data), since: start, preparePreferences)
    }
  }

  /// Trains on data of one kind.
  private func run<Element>(
    _ opened: ModelFiles, _ data: RunData<Element>, _ estimator: Estimator<Element>,
    since start: ContinuousClock.Instant, _ prepare: (ModelFiles, RunData<Element>) throws -> Preparation<Element>?
  ) throws -> Bool {
    // What it takes; model, adapter, reference.
    if let problem = recipe.adapterProblems(at: file, opened).first { throw problem }
    let memory = try estimator.checkMemory(of: recipe)
    var files = opened
    func stopped(at step: Int) -> Bool {
      _ = tell(.finished(RunResult(file: nil, step: step, isComplete: false, isEarly: false, seconds: seconds(start))))
      return false
    }
    guard let prepared = try prepare(files, data) else { return stopped(at: 0) }
    let weights = prepared.weights
    let (model, parameters) = (weights.model, weights.parameters)

    // What training is: batches, rates, the state it begins in.
    let plan = try recipe.batchPlan(data.train)
    let trainerOptions: Trainer<Element>.Options = recipe.trainerOptions()
    var state = TrainingState(cursor: plan.start, optimizer: recipe.optimizer.adamW)
    state.dataDigests = data.digests
    state.modelDigests = prepared.modelDigests(files.contents.configuration)
    for warning in recipe.warnings(about: model.configuration, data.reports, steps: plan.totalSteps) {
      _ = tell(.warning(warning))
    }
    let summary = summary(weights, data, plan, memory)
    _ = tell(.summary(summary))

    // Where it is kept.
    files.contents.template = data.template.rawValue
    var contents = options.isDryRun ? files.contents : try weights.contents(of: files)
    contents.recipe = recipe.resolvedYAML
    contents.provenance["attune_version"] = options.version
    let folder = options.isDryRun ? nil : try OutputFolder(recipe.output, options.existing)
    try prepared.keep()
    let store = folder.map {
      CheckpointStore(folder: $0.url, keep: recipe.checkpoint.keep, contents: contents)
    }
    if options.existing == .resume, let folder, let store {
      let resumption = Resumption(recipe, in: folder) { _ = tell(.warning($0)) }
      if let found = try resumption.state(
        store, parameters, beginning: state, plan: plan, sources: data.sources)
      {
        // A run that ended between its last checkpoint and the end of its story still owes what is missing.
        let isEnd = trainerOptions.isEnd(found, totalSteps: plan.totalSteps)
        if isEnd, resumption.isFinished(with: weights.resultName) {
          _ = tell(.alreadyFinished(step: found.step))
          return true
        }
        state = found
        _ = tell(.resumed(step: found.step))
      }
    }
    let recorder = try folder.map { folder in
      try writeAtomically(Data(recipe.resolvedYAML.utf8), to: folder.file("recipe.yaml"))
      return try RunRecorder(
        folder, recipe, summary, firstLine: startLine(weights, data, plan),
        heldOut: data.heldOut?.sources.map(RunRecorder.HeldOutRecords.init) ?? [], resumingAt: state, since: start)
    }

    // Before, training, after.
    if state.step == 0, try !answer(.before, model, files, data, recorder, step: 0) { return stopped(at: 0) }
    var trainer = Trainer(
      model: model, parameters: parameters, objective: prepared.objective, data: data.train, plan: plan,
      schedule: recipe.schedule(steps: plan.totalSteps, peak: recipe.optimizer.learningRate), heldOut: data.heldOut,
      options: trainerOptions, state: state)
    let isComplete = try trainer.run(while: goesOn) { event, state in
      if case .checkpoint(let kind) = event {
        try recorder?.synchronize()
        try store?.save(kind, parameters, frozen: weights.frozen, state)
      }
      try recorder?.record(event, step: state.step)
      if case .evaluation(let step, _, _) = event, step > 0, !trainerOptions.isEnd(state, totalSteps: plan.totalSteps) {
        _ = try answer(.during, model, files, data, recorder, step: step)
      }
      let flow = tell(.training(event))
      if options.isDryRun, case .step = event { return .stop }
      return flow
    }
    if options.isDryRun {
      let batches = try PlannedBatches(recipe, data)
      let cost = StepCost(measuring: model, parameters, prepared.objective, on: batches.typical)
      let update = StepCost.update(of: weights.parameterCount)
      _ = tell(.estimated(TimeEstimate(cost, update: update, batches, data, recipe), memory))
    }
    guard isComplete else { return stopped(at: trainer.state.step) || (options.isDryRun && trainer.state.step > 0) }
    let isEarly = trainer.state.step < plan.totalSteps
    let written = try takeBest(parameters, trainer.state, from: store)
    guard try answer(.after, model, files, data, recorder, step: trainer.state.step) else {
      return stopped(at: trainer.state.step)
    }
    let result = try folder.map { folder in
      try weights.writeResult(to: folder.file(weights.resultName), contents)
      try recorder?.finish(
        step: trainer.state.step, isEarly: isEarly, result: weights.resultName, weights: written,
        sources: plan.contributions(of: data.train, steps: trainer.state.step))
      return "\(recipe.output)/\(weights.resultName)"
    }
    _ = tell(
      .finished(
        RunResult(
          file: result, step: trainer.state.step, isComplete: true, isEarly: isEarly, seconds: seconds(start))))
    return true
  }

  /// Reads the best weights where the recipe asks for them.
  ///
  /// - Returns: which weights are the result: the last ones where there are no best ones, or where these are lost.
  private func takeBest(
    _ parameters: [Parameter], _ state: TrainingState, from store: CheckpointStore?
  ) throws -> Recipe.Training.Result {
    guard recipe.training.result == .best, let store, state.bestLoss != nil else { return .last }
    do {
      try store.readParameters(parameters, from: store.best)
      return .best
    } catch let error as UserError {
      _ = tell(.warning("\(error.message); the best weights are lost, and the last ones are the result"))
      return .last
    }
  }

  private func seconds(_ start: ContinuousClock.Instant) -> Double { (ContinuousClock.now - start).inSeconds }

  private func summary(
    _ weights: TrainedWeights, _ data: RunData<some TrainingExample>, _ plan: BatchPlan, _ memory: MemoryEstimate
  ) -> RunSummary {
    RunSummary(
      output: recipe.output, model: recipe.model.source.name,
      parameters: (weights.model.parameterCount, weights.parameterCount),
      adapter: recipe.adapter?.summary, isRewardModel: weights.model.configuration.head == .score,
      canMerge: recipe.adapter.map { $0.reasonAgainstMerging == nil } ?? false,
      sources: data.train.sources.map(\.report), heldOut: data.heldOut?.sources.map(\.report) ?? [],
      template: data.template, steps: plan.totalSteps,
      memory: memory)
  }

  private func startLine(_ weights: TrainedWeights, _ data: RunData<some TrainingExample>, _ plan: BatchPlan)
    -> JSONValue
  {
    [
      "event": "start", "parameters": .integer(weights.model.parameterCount),
      "trainable_parameters": .integer(weights.parameterCount), "version": .string(options.version),
      "steps": .integer(plan.totalSteps), "examples": .integer(data.train.total.examples),
      "tokens": .integer(data.train.total.tokens), "trained_tokens": .integer(data.train.total.trainedTokens),
      "threads": .integer(Threads.count), "precision": .string(recipe.model.precision.rawValue),
      "processor": .string(Processor.name),
      "sources": .array(plan.contributions(of: data.train, steps: plan.totalSteps).json),
    ]
  }
}
