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

  /// The defaults.
  public init() {}

  package var summary: String { "IA3 on \(targets.description)" }

  package func problems(for model: DecoderConfiguration, hasTokenizer: Bool) -> [AdapterProblem] {
    targets.problems(for: model)
  }

  /// Factors at every layer that the settings choose or the file has; all start at 1.
  package func attachments(for model: LanguageModel, _ tensors: AdapterTensors) throws -> Attachments {
    var attachments = Attachments()
    for (_, linear) in model.linears {
      let name = "\(fileNamePrefix)\(linear.name).ia3_l"
      guard tensors.areRead ? tensors.has(name) : targets.include(linear.name) else { continue }
      let scalesInput = AdapterTargets.names(feedforwardTargets).include(linear.name)
      let count = scalesInput ? linear.inputs : linear.outputs
      // PEFT's shapes: a row of inputs, a column of outputs.
      let shape: Shape = scalesInput ? [1, count] : [count, 1]
      let factors = try tensors.make(name, shape) { _ in Tensor(repeating: 1, shape) }
      attachments.linears[linear.name] = LearnedScale(factors: factors, scalesInput: scalesInput)
    }
    return attachments
  }

  package static let fileType = "IA3"

  package init(_ file: AdapterReader) throws {
    try file.refuseOthers(than: ["target_modules", "feedforward_modules", "init_ia3_weights", "inference_mode"])
    feedforwardTargets = try file.strings("feedforward_modules") ?? []
    if let names = try file.strings("target_modules") { targets = .names(names) }
  }

  package func fileMembers(
    for model: DecoderConfiguration, tensors names: [String]
  ) -> [(key: String, value: JSONValue)] {
    [
      ("target_modules", .strings(targets.names(model))),
      ("feedforward_modules", .strings(feedforwardTargets)),
      ("modules_to_save", names.contains(scoreName) ? ["score"] : .null),
      ("fan_in_fan_out", false), ("init_ia3_weights", true),
    ]
  }
}

extension AdapterConfiguration {
  /// IA3 with these settings.
  public static func ia3(_ settings: IA3) -> AdapterConfiguration { AdapterConfiguration(settings) }
}

/// IA3 at one layer (2205.05638, §3.3): learned factors of the layer's outputs, or of its inputs.
private struct LearnedScale: FoldingAdapter {
  /// A factor for each output, `[out, 1]`, or for each input, `[1, in]`.
  let factors: Variable
  let scalesInput: Bool

  private var row: Variable { factors.reshaped([factors.shape.count]) }

  func apply(_ layer: Linear, to x: Variable, _ pass: Pass) -> Variable {
    scalesInput ? layer(multiplyRow(x, row)) : multiplyRow(layer(x), row)
  }

  func fold(_ weight: Tensor, _ bias: Tensor?) -> (weight: Tensor, bias: Tensor?) {
    let factors = withoutGradients { row.value }
    if scalesInput { return (withoutGradients { multiplyRow(Variable(weight), Variable(factors)).value }, bias) }
    let scaledBias = bias.map { bias in withoutGradients { (Variable(bias) * Variable(factors)).value } }
    return (multipliedRows(weight, factors), scaledBias)
  }
}
