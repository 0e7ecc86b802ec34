import Checkpoints
import Foundation
import InstructionData
import LanguageModels
import Optimization
import Tensors
import TestSupport
import Testing
import Training

/// A tiny model, ten records of uneven lengths, and a way to train: four steps an epoch, the last on one record alone,
/// the others in two micro-batches.
struct TinyTraining {
  static let configuration = """
    {"model_type": "llama", "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
     "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 32, "initializer_range": 0.1}
    """

  /// The same with weights of 4096 elements and more, whose moments may be held in eight bits.
  static let widerConfiguration =
    configuration.replacingOccurrences(of: "32,", with: "64,").replacingOccurrences(of: ": 48", with: ": 96")

  /// How weights and moments are held.
  struct Holding: Sendable, CustomTestStringConvertible {
    var precision = ElementType.float32
    var master = MasterWeights.float32
    var moments = Moments.Precision.float32

    var testDescription: String { "\(precision), master \(master), moments \(moments)" }

    /// Float32, and every way that needs less memory.
    static let all = [
      Holding(), Holding(moments: .int8), Holding(precision: .bfloat16),
      Holding(precision: .bfloat16, master: .none), Holding(precision: .bfloat16, master: .none, moments: .int8),
    ]
  }

  let folder: TemporaryFolder
  private let moments: Moments.Precision
  let data: DataSet<Example>
  let model: LanguageModel
  let plan: BatchPlan

  init(length: RunLength = .epochs(3), shuffles: Bool = true, microBatch: Int = 2, _ holding: Holding? = nil) throws {
    folder = try TemporaryFolder()
    let lengths = [7, 12, 3, 20, 9, 5, 16, 2, 11, 8]
    let records = lengths.enumerated().map { index, length in
      let ids = (0..<length).map { "\(($0 * (index + 3) + index) % 32)" }.joined(separator: ",")
      return "{\"ids\": [\(ids)], \"prompt_len\": \(1 + length / 4)}\n"
    }
    try Data(records.joined().utf8).write(to: folder["train.jsonl"])
    data = try DataLoader(template: .plain, encoder: nil, options: DataOptions())
      .demonstrations(from: [DataSource(path: folder["train.jsonl"].path)])
    let configuration = holding == nil ? Self.configuration : Self.widerConfiguration
    model = LanguageModel(
      randomly: try DecoderConfiguration(parsing: configuration, place: "config.json"), seed: 1,
      precision: holding?.precision ?? .float32, master: holding?.master ?? .float32)
    moments = holding?.moments ?? .float32
    plan = try BatchPlan(
      mixture: Mixture(of: data, shuffles: shuffles, seed: 9), batchSize: 3, microBatchSize: microBatch, length: length)
  }

  /// The state at the beginning.
  var beginning: TrainingState { TrainingState(cursor: plan.start, optimizer: AdamW(moments: moments)) }

  /// A trainer of this model.
  func trainer(
    objective: Objective<Example> = .supervised, rate: Double = 3e-3, holdsOut: Bool = true,
    options: Trainer<Example>.Options = .init(), state: TrainingState? = nil
  ) -> Trainer<Example> {
    Trainer(
      model: model, parameters: model.trained, objective: objective, data: data, plan: plan,
      schedule: Schedule(.cosine, peak: rate, warmupSteps: 2, totalSteps: plan.totalSteps),
      heldOut: holdsOut ? data : nil, options: options, state: state ?? beginning)
  }

  /// A store of checkpoints in the folder.
  func store(keep: Int = 2) -> CheckpointStore {
    CheckpointStore(
      folder: folder.url, keep: keep, contents: ModelContents(kind: .model, configuration: Self.configuration))
  }

  /// All weights.
  var weights: [[Float]] { model.parameters.map { $0.variable.value.array } }
}

extension TrainingState {
  /// Everything that a state holds, comparable.
  var everything: [String] {
    let tensors = optimizer.moments.sorted { $0.key < $1.key }.map { name, moments in
      "\(name) \(moments.first.array.map(\.bitPattern)) \(moments.second.array.map(\.bitPattern))"
    }
    let numbers = [step, skippedInARow, evaluationsSinceBest, optimizer.stepCount]
    return ["\(numbers) \(cursor) \(epoch) \(String(describing: bestLoss))"]
      + tensors
  }
}

extension TrainingEvent {
  /// The event in a word, without its numbers.
  var word: String {
    switch self {
    case .step(let report): "step \(report.step)" + (report.isSkipped ? " skipped" : "")
    case .evaluation(let step, _, let isBest): "evaluation \(step)" + (isBest ? " best" : "")
    case .checkpoint(let kind): kind.rawValue
    }
  }
}
