import Diagnostics
import LanguageModels

/// LoRA (2106.09685): `h = W₀x + s B A x` at linear layers, with its relatives LoRA+, rank-stabilized scaling and PiSSA.
public struct LoRA: AdapterMethod {
  /// The rule for the factor s of the product.
  public enum Scaling: String, Sendable, CaseIterable {
    /// α / r (2106.09685, §4.1).
    case standard
    /// α / √r (2312.03732).
    case rankStabilized = "rank_stabilized"
  }

  /// The starting values of A and B.
  public enum Initialization: String, Sendable, CaseIterable {
    /// A Kaiming-uniform, B zero (2106.09685).
    case `default`
    /// The principal singular vectors of the weight (2404.02948).
    case pissa
  }

  package static let name = "lora"

  /// r. 8: PEFT's `LoraConfig.r`.
  public var rank = 8
  /// α. 16: twice the rank, as in torchtune's LoRA configurations.
  public var alpha = 16.0
  /// The share of the adapter's input that is dropped in training. 0: PEFT's `lora_dropout`.
  public var dropout = 0.0
  /// The layers that get a change. q and v: PEFT's choice for Llama, and the paper's (§4.2).
  public var targets = AdapterTargets.names(["q_proj", "v_proj"])
  /// The blocks that get changes, counted from 0; nil: all, as PEFT's `layers_to_transform`.
  public var layers: [Int]?
  /// The rule for s. standard: PEFT's `use_rslora` is off.
  public var scaling = Scaling.standard
  /// The starting values of A and B. default: PEFT's `init_lora_weights`.
  public var initialization = Initialization.default
  /// The learning rate of B over that of A (LoRA+, 2402.12354). 1: plain LoRA.
  public var learningRateRatio = 1.0
  /// Modules that are trained whole besides: `embed_tokens`, `lm_head`, `norm`. None: PEFT's `modules_to_save`.
  public var trainAlso: [String] = []
  /// Ranks of layers that differ from ``rank``; only files have them.
  public var rankPattern: LayerPatterns<Int> = [:]
  /// α of layers that differ from ``alpha``; only files have it.
  public var alphaPattern: LayerPatterns<Double> = [:]
  /// Whether B has a bias: PEFT's `lora_bias`; only files have it.
  public var hasBias = false
  /// Whether tied embedding and head have one change: PEFT's `ensure_weight_tying`; only files have it.
  public var tiesWeights = false
  /// What the start took away from the base's weights; only files have it.
  var baseStart: BaseStart?
  /// The modules that a file's configuration targets; nil where the adapter is not read from a file.
  var selection: TargetSelection?

  /// The defaults.
  public init() {}

  package var summary: String { summary(name: initialization == .pissa ? "LoRA (PiSSA)" : "LoRA") }

  /// The summary under the name of a relative.
  func summary(name: String) -> String {
    let rule = scaling == .standard ? "α / r" : "α / √r"
    let scale = scale(rank: rank, alpha: alpha)
    return "\(name) of rank \(rank) on \(targets.description), scale \(rule) = \(scale)"
      + (trainAlso.isEmpty ? "" : ", and \(trainAlso.joined(separator: ", ")) whole")
  }

  package var onAllLayers: LoRA {
    var result = self
    result.layers = nil
    return result
  }

  package func problems(for model: DecoderConfiguration, hasTokenizer: Bool) -> [AdapterProblem] {
    var problems = targets.problems(for: model, orAmong: model.outerTargets.map(\.name))
    if let stray = layers?.first(where: { !(0..<model.layerCount).contains($0) }) {
      problems.append(
        AdapterProblem("layers", "there is no layer \(stray): the model has layers 0 to \(model.layerCount - 1)"))
    }
    if layers?.isEmpty ?? false { problems.append(AdapterProblem("layers", "the list is empty: name at least one")) }
    let changed = model.targetModules.filter { includes($0) }
    if let narrow = changed.first(where: { min($0.inputs, $0.outputs) < rank }) {
      problems.append(
        AdapterProblem(
          "rank",
          "\(rank) is more than \(narrow.name) has: its weight is \(narrow.outputs) × \(narrow.inputs); "
            + "expected at most \(min(narrow.inputs, narrow.outputs))"))
    }
    let modules = model.outerModules.map(\.role)
    for name in trainAlso where !modules.contains(name) {
      problems.append(
        AdapterProblem(
          "train_also",
          "'\(name)' cannot be trained whole; expected some of \(modules.joined(separator: ", "))."
            + suggestion(for: name, in: modules)))
    }
    problems += outerProblems(for: model, changed.filter { $0.kind != .layer })
    let head = model.outerModules.first { $0.kind == .head }?.role
    if model.head == .score, let head, trainAlso.contains(head) {
      problems.append(
        AdapterProblem("train_also", "a reward model has no \(head); its own head, score, is trained always"))
    }
    return problems
  }
}

extension LoRA {
  /// What keeps head and embedding from being changed.
  private func outerProblems(for model: DecoderConfiguration, _ modules: [TargetModule]) -> [AdapterProblem] {
    let whole = model.weights(ofModules: trainAlso)
    var problems = modules.filter { whole.contains($0.name + ".weight") }.map { module in
      AdapterProblem(
        "train_also", "trains \(module.name) whole, which is among the targets too; name it in one of them")
    }
    if initialization == .pissa, let table = modules.first(where: { $0.kind == .embedding }) {
      problems.append(
        AdapterProblem("initialization", "pissa starts from a layer's product, and \(table.name) is a table"))
    }
    return problems
  }
}

extension AdapterConfiguration {
  /// LoRA with these settings.
  public static func lora(_ settings: LoRA) -> AdapterConfiguration { AdapterConfiguration(settings) }
}
