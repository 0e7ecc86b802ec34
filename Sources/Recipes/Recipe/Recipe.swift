/// Everything that decides a training run: a recipe is data, and one runner reads it.
///
/// The nested types hold the defaults; each says where its default comes from. "LLaMA" is 2302.13971, §2.3. Paths are
/// relative to the working directory of the program, not to the recipe's file.
public struct Recipe: Sendable, Equatable {
  /// The folder that the run writes; required.
  public var output: String
  /// Seeds every random stream of the run. 42: torchtune's recipes.
  public var seed = 42
  /// What is trained; required.
  public var model: Model
  /// How it is trained; nil: every weight (full fine-tuning).
  public var adapter: Adapter?
  /// What the training minimizes.
  public var objective = Objective.standard
  /// What it is trained on; required.
  public var data: Data
  /// The optimizer's settings.
  public var optimizer = Optimizer()
  /// How the learning rate moves.
  public var schedule = Schedule()
  /// How long, and how many examples at a time.
  public var training = Training()
  /// When the held-out sets are evaluated, and how.
  public var evaluation = Evaluation()
  /// When the state is saved.
  public var checkpoint = Checkpoint()
  /// What is written along the way.
  public var logging = Logging()

  /// A recipe with the defaults for everything that has one.
  public init(output: String, model: Model, data: Data) {
    self.output = output
    self.model = model
    self.data = data
  }
}

extension Recipe {
  /// Decodes a recipe, collecting every problem; what is wrong keeps its default.
  init(decoding root: SourceNode, problems: Problems) {
    let section = Section(root.entries ?? [], path: "", place: .file, problems: problems)
    if root.entries == nil {
      problems.add("expected the sections of a recipe (output, model, data, …), found \(root.found).", at: root.place)
    }
    self.init(output: "", model: Model(section), data: Data(section))
    output = section.path("output") ?? output
    if !section.has("output") { section.reportMissing("output", "name the folder that the run may write") }
    section.integer("seed", &seed, atLeast: 0)
    adapter = Adapter(section)
    objective = Objective(section)
    let optimizerKeys = section.section("optimizer")
    optimizer = Optimizer(optimizerKeys)
    schedule = Schedule(section.section("schedule"))
    let trainingKeys = section.section("training")
    training = Training(trainingKeys)
    if optimizer.isInBackward, training.microBatchSize < training.batchSize {
      optimizerKeys.report(
        "in_backward",
        "gradients can only be freed where a step is one micro-batch: give training.micro_batch_size the "
          + "batch_size of \(training.batchSize), now it is \(training.microBatchSize).")
    }
    let evaluationKeys = section.section("evaluation")
    evaluation = Evaluation(evaluationKeys)
    checkpoint = Checkpoint(section.section("checkpoint"))
    logging = Logging(section.section("logging"))
    if data.heldOut.isEmpty { reportNeedOfHeldOut(trainingKeys, evaluationKeys) }
  }

  /// Some keys mean nothing without a held-out set.
  private func reportNeedOfHeldOut(_ trainingKeys: Section, _ evaluationKeys: Section) {
    if training.result == .best {
      trainingKeys.report("result", "a held-out set decides which weights are best: give data.held_out as well.")
    }
    if training.patience != nil {
      trainingKeys.report("patience", "a held-out set decides when to stop: give data.held_out as well.")
    }
    if evaluation.generate {
      evaluationKeys.report("generate", "answers are compared with a held-out set: give data.held_out as well.")
    }
  }

  /// All sections with every default written out, in the order of the documentation.
  var resolved: ResolvedValue {
    .section([
      ("output", .text(output)), ("seed", .integer(seed)), ("model", model.resolved),
      ("adapter", adapter?.resolved ?? .null), ("objective", objective.resolved), ("data", data.resolved),
      ("optimizer", optimizer.resolved), ("schedule", schedule.resolved), ("training", training.resolved),
      ("evaluation", evaluation.resolved), ("checkpoint", checkpoint.resolved), ("logging", logging.resolved),
    ])
  }
}
