import Adapters
import Checkpoints
import Foundation
import Inference
import InstructionData
import LanguageModels
import OutputFiles
import Recipes
import StrictJSON
import Tensors
import Training

/// A run that is ready to take steps, at its beginning or where it was stopped.
struct StartedRun<Task: LearningTask> {
  let prepared: PreparedRun<Task>
  /// The loop, with the state that it starts at or has reached. The state is held here alone: its moments are large.
  var trainer: Trainer<Task.Element>
  /// Where the run is kept; nil for a dry run.
  let output: RunOutput?
  /// All but the tensors of what is written.
  let contents: ModelContents
}

/// What a run writes to.
struct RunOutput {
  let folder: OutputFolder
  let store: CheckpointStore
  let recorder: RunRecorder
}

extension Runner {
  /// Plans the steps, takes the output folder, and finds where to continue.
  ///
  /// - Returns: nil where the folder holds the finished run already.
  /// - Throws: `UserError`, `UserErrors`.
  func start<Task>(_ prepared: PreparedRun<Task>) throws -> StartedRun<Task>? {
    let (data, weights) = (prepared.inputs.data, prepared.weights)
    let plan = try recipe.batchPlan(data.train)
    try recipe.checkSchedule(steps: plan.totalSteps, at: file)
    let trainerOptions: Trainer<Task.Element>.Options = recipe.trainerOptions()
    var state = TrainingState(cursor: plan.start, optimizer: recipe.beginningOptimizer)
    state.dataDigests = data.digests
    state.modelDigests = prepared.modelDigests
    let warnings = recipe.warnings(about: weights.model.configuration, data.reports, steps: plan.totalSteps)
    for warning in warnings + recipe.warningsAboutTemplateOptions(prepared.inputs.files) {
      _ = report(.warning(warning))
    }
    let summary = summary(prepared, plan)
    _ = report(.summary(summary))
    let contents = try contents(prepared)
    let folder = isDryRun ? nil : try OutputFolder(recipe.output, options.existing)
    try prepared.keep()
    var output: RunOutput?
    if let folder {
      let store = CheckpointStore(folder: folder.url, keep: recipe.checkpoint.keep, contents: contents)
      if try isFinished(resuming: &state, from: store, in: folder, prepared, plan, trainerOptions) { return nil }
      try writeAtomically(Data(recipe.resolvedYAML.utf8), to: folder.file("recipe.yaml"))
      let recorder = try RunRecorder(
        folder, recipe, summary, firstLine: startLine(prepared, plan),
        heldOut: data.heldOut?.sources.map(RunRecorder.HeldOutRecords.init) ?? [], resumingAt: state,
        since: startTime)
      output = RunOutput(folder: folder, store: store, recorder: recorder)
    }
    let trainer = Trainer(
      model: weights.model, parameters: weights.parameters, objective: prepared.objective, data: data.train,
      plan: plan, schedule: recipe.schedule(steps: plan.totalSteps, learningRate: recipe.optimizer.learningRate),
      heldOut: data.heldOut, options: trainerOptions, state: state)
    return StartedRun(prepared: prepared, trainer: trainer, output: output, contents: contents)
  }

  /// Reads the state of the newest checkpoint, if the run is to be resumed and has one.
  ///
  /// - Returns: whether the folder holds the finished run already.
  private func isFinished<Task>(
    resuming state: inout TrainingState, from store: CheckpointStore, in folder: OutputFolder,
    _ prepared: PreparedRun<Task>, _ plan: BatchPlan, _ trainerOptions: Trainer<Task.Element>.Options
  ) throws -> Bool {
    guard options.existing == .resume else { return false }
    let resumption = Resumption(recipe, in: folder) { _ = report(.warning($0)) }
    let found = try resumption.state(
      store, prepared.weights.parameters, beginning: state, plan: plan, sources: prepared.inputs.data.sources)
    guard let found else { return false }
    // A run that ended between its last checkpoint and its last line still has to write what is missing.
    let isEnd = trainerOptions.isEnd(found, totalSteps: plan.totalSteps)
    if isEnd, resumption.isFinished(with: prepared.weights.resultName) {
      _ = report(.alreadyFinished(step: found.step))
      return true
    }
    state = found
    _ = report(.resumed(step: found.step))
    return false
  }

  /// All but the tensors of what the run writes.
  private func contents(_ prepared: PreparedRun<some LearningTask>) throws -> ModelContents {
    var files = prepared.inputs.files
    files.contents.template = prepared.inputs.data.template.rawValue
    var contents = isDryRun ? files.contents : try prepared.weights.contents(of: files)
    contents.recipe = recipe.resolvedYAML
    contents.note(templateOptions: recipe.data.templateOptions)
    contents.provenance["attune_version"] = options.version
    return contents
  }

  private func summary(_ prepared: PreparedRun<some LearningTask>, _ plan: BatchPlan) -> RunSummary {
    let (weights, data) = (prepared.weights, prepared.inputs.data)
    return RunSummary(
      output: recipe.output, model: recipe.model.source.name,
      parameters: (weights.model.parameterCount, weights.parameterCount),
      adapter: recipe.adapter?.summary, isRewardModel: weights.model.configuration.head == .score,
      canMerge: recipe.adapter.map { $0.reasonAgainstMerging == nil } ?? false,
      sources: data.train.sources.map(\.report), heldOut: data.heldOut?.sources.map(\.report) ?? [],
      template: data.template, steps: plan.totalSteps, sharedPart: sharedPart(of: data.train, plan),
      memory: prepared.memory)
  }

  /// The share of the tokens of the first steps that prefixes shared within micro-batches save.
  private func sharedPart(of train: DataSet<some TrainingExample>, _ plan: BatchPlan) -> Double {
    guard recipe.data.sharePrefixes else { return 0 }
    let microBatches = BatchSampler(plan).prefix(100).flatMap { $0.microBatches(of: train, sharingPrefixes: true) }
    let (all, computed) = microBatches.reduce((0, 0)) { sums, references in
      let examples = references.map { train[$0] }
      return (
        sums.0 + examples.tokenCount(sharingPrefixes: false, of: \.computedCount),
        sums.1 + examples.tokenCount(sharingPrefixes: true, of: \.computedCount)
      )
    }
    return 1 - Double(computed) / Double(max(1, all))
  }

  /// The first line of `metrics.jsonl`.
  private func startLine(_ prepared: PreparedRun<some LearningTask>, _ plan: BatchPlan) -> JSONValue {
    let (weights, train) = (prepared.weights, prepared.inputs.data.train)
    return [
      "event": "start", "parameters": .integer(weights.model.parameterCount),
      "trainable_parameters": .integer(weights.parameterCount), "version": .string(options.version),
      "steps": .integer(plan.totalSteps), "examples": .integer(train.total.examples),
      "tokens": .integer(train.total.tokens), "trained_tokens": .integer(train.total.trainedTokens),
      "threads": .integer(Threads.count), "precision": .string(recipe.model.precision.rawValue),
      "processor": .string(Processor.name),
      "sources": .array(plan.contributions(of: train, steps: plan.totalSteps).json),
    ]
  }
}
