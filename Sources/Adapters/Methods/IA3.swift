import Autodiff
import LanguageModels
import StrictJSON
import Tensors

/// IA3 (2205.05638): learned factors of activations.
public struct IA3: AdapterMethod {
  package static let name = "ia3"

  /// The layers whose activations are scaled. PEFT's for Llama.
  public var targets = AdapterTargets.names(["k_proj", "v_proj", "down_proj"])
  /// Those among them whose input is scaled, not their output. PEFT's for Llama.
  public var feedforwardTargets = ["down_proj"]
  /// The modules that a file's configuration targets; nil where the adapter is not read from a file.
  private var selection: TargetSelection?
  /// Those of a file whose input is scaled, where a pattern names them; nil: ``feedforwardTargets`` does.
  private var feedforwardPattern: String?

  /// The defaults.
  public init() {}

  package var summary: String { "IA3 on \(targets.description)" }

  package func problems(for model: DecoderConfiguration, hasTokenizer: Bool) -> [AdapterProblem] {
    targets.problems(for: model)
  }

  /// Factors at every layer that the settings choose or the file has; all start at 1.
  package func attachments(for model: LanguageModel, _ tensors: AdapterTensors) throws -> Attachments {
    var attachments = Attachments()
    for module in model.configuration.targetModules where module.kind != .embedding {
      let name = module.place + ".ia3_l"
      let isTargeted = selection.map { $0.includes(module) ?? tensors.has(name) } ?? targets.includes(module)
      if isTargeted { tensors.targeted.insert(module.name) } else { tensors.skip([name]) }
      guard isTargeted, tensors.has(name) else { continue }
      let scalesInput = scalesInput(of: module.name)
      let count = scalesInput ? module.inputs : module.outputs
      // PEFT's shapes: a row of inputs, a column of outputs.
      let shape: Shape = scalesInput ? [1, count] : [count, 1]
      let scale = LearnedScale(
        factors: try tensors.make(name, shape) { _ in Tensor(repeating: 1, shape) }, scalesInput: scalesInput)
      if module.kind == .head { attachments.head = scale } else { attachments.linears[module.name] = scale }
    }
    return attachments
  }

  /// Whether a layer's input is scaled, not its output. PEFT compares the ends of names, wherever they begin.
  private func scalesInput(of name: String) -> Bool {
    if let feedforwardPattern { return AdapterTargets.pattern(feedforwardPattern).include(name) }
    return feedforwardTargets.contains(where: name.hasSuffix)
  }

  package func notes(for model: DecoderConfiguration, stored: (String) -> Bool) -> [String] {
    let modules = model.targetModules.filter { $0.kind != .embedding }.map { module in
      (name: module.place + ".ia3_l", isTargeted: selection?.includes(module))
    }
    return StoredParts.notes(
      missing: modules.filter { $0.isTargeted == true && !stored($0.name) }.map(\.name),
      unused: modules.filter { $0.isTargeted == false && stored($0.name) }.map(\.name))
  }

  package static let fileType = "IA3"

  package init(_ file: AdapterReader) throws {
    try file.refuseOthers(
      than: AdapterReader.wholeKeys.filter { $0 != "trainable_token_indices" } + [
        "target_modules", "exclude_modules", "feedforward_modules", "init_ia3_weights",
      ])
    let selection = try TargetSelection(file)
    self.selection = selection
    if let names = selection.targets { targets = names }
    // Without the key it is PEFT's choice, which is the default here.
    switch try file.targets("feedforward_modules") {
    case .names(let names):
      feedforwardTargets = names
      if case .names(let all) = targets, let stray = names.first(where: { !all.contains($0) }) {
        throw file.wrong("feedforward_modules", "some of target_modules, as PEFT does ('\(stray)' is none)")
      }
    case .pattern(let pattern):
      guard NamePattern(pattern) != nil else {
        throw file.wrong("feedforward_modules", "a pattern with at most four repetitions, none of them of a group")
      }
      feedforwardPattern = pattern
    case .all: throw file.wrong("feedforward_modules", "names of modules")
    case nil: break
    }
  }

  package static let wholeTensorPrefix: String? = fileNamePrefix

  package func fileMembers(
    for model: DecoderConfiguration, tensors names: [String]
  ) -> [(key: String, value: JSONValue)] {
    [
      ("target_modules", targets.fileValue(model)),
      ("feedforward_modules", feedforwardPattern.map { .string($0) } ?? .strings(feedforwardTargets)),
      ("modules_to_save", names.contains(scoreName) ? ["score"] : .null),
      ("fan_in_fan_out", false), ("init_ia3_weights", true),
    ] + (selection?.furtherMembers ?? [])
  }
}

extension AdapterConfiguration {
  /// IA3 with these settings.
  public static func ia3(_ settings: IA3) -> AdapterConfiguration { AdapterConfiguration(settings) }
}

/// IA3 at one layer (2205.05638, §3.3): learned factors of the layer's outputs, or of its inputs.
private struct LearnedScale: FoldingAdapter, HeadAdapter {
  /// A factor for each output, `[out, 1]`, or for each input, `[1, in]`.
  let factors: Variable
  let scalesInput: Bool

  private var row: Variable { factors.reshaped([factors.shape.count]) }

  func apply(_ layer: Linear, to x: Variable, _ pass: Pass) -> Variable {
    scalesInput ? layer(multiplyRow(x, row)) : multiplyRow(layer(x), row)
  }

  /// Scaling the outputs takes a copy of the head.
  func parts(_ head: Linear, _ states: Variable, _ pass: Pass) -> [LogitPart] {
    let weight = head.weight.variable
    if scalesInput { return [LogitPart(states: multiplyRow(states, row), weight: weight)] }
    let scaled = withoutGradients { multipliedRows(weight.value.cast(to: .float32), row.value) }
    return [LogitPart(states: states, weight: Variable(scaled))]
  }

  func fold(_ weight: Tensor, _ bias: Tensor?) -> (weight: Tensor, bias: Tensor?) {
    let factors = withoutGradients { row.value }
    if scalesInput { return (withoutGradients { multiplyRow(Variable(weight), Variable(factors)).value }, bias) }
    let scaledBias = bias.map { bias in withoutGradients { (Variable(bias) * Variable(factors)).value } }
    return (multipliedRows(weight, factors), scaledBias)
  }
}
