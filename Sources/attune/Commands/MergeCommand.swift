import ArgumentParser
import Checkpoints
import Inference
import StrictJSON
import Tensors

/// `attune merge`: folds an adapter into the weights of its base.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Folds an adapter into the weights of its base.",
    discussion: """
      Examples:

          $ attune merge --model data/models/tiny --adapter runs/lora/adapter.h5 --output my-model
          $ attune merge --model MODEL --adapter my-adapter --output my-model.h5 --precision bfloat16

      The result is a model that needs no adapter: NAME.h5, or a folder that transformers loads. Products are computed in \
      float32. Afterwards the logits of the result are compared with those of the base with the adapter attached, and the \
      largest difference is reported. LoRA, DoRA, PiSSA, IA3 and bias_norm can be merged; prefix, prompt and bottleneck \
      adapters cannot, because they do not change weights.

      --json: output, precision, tensors, bytes, largest_difference (of logits), tokens (on which it was measured), untied \
      (whether the tied embedding and head had to be separated).
      """)

  @Option(help: "The base: a folder with config.json and *.safetensors, or an Attune .h5.", transform: pathArgument)
  var model: String

  @Option(help: "The adapter: a PEFT folder, or an Attune .h5.", transform: pathArgument)
  var adapter: String

  @Option(help: "What to write: NAME.h5, or a new folder.", transform: pathArgument)
  var output: String

  @Option(help: "The type to write. Default: the base's, or float32 for a base in float16.")
  var precision: ElementType?

  @OptionGroup var threading: ThreadOptions

  @Flag(help: "Prints one JSON object: output, precision, tensors, bytes, largest_difference, tokens, untied.")
  var json = false

  func run() throws {
    Cleanup.onSignals()
    threading.apply()
    let merge = try Merge(model: model, adapter: adapter, precision: precision)
    Console.warnings(merge.notes)
    let report = try merge.write(to: output, version: Program.version)
    if json { Console.output(json: report.json(output)) } else { Console.output(report.text(output, precision)) }
  }
}

extension Merge.Report {
  fileprivate func json(_ output: String) -> JSONValue {
    [
      "output": .string(output), "precision": .string(types.first?.rawValue ?? ""), "tensors": .integer(tensors),
      "bytes": .integer(bytes), "largest_difference": .float(largestDifference), "tokens": .integer(tokens),
      "untied": .bool(separatesEmbeddingAndHead),
    ]
  }

  fileprivate func text(_ output: String, _ requested: ElementType?) -> String {
    var lines = [
      "\(output) holds the merged model: \(tensors) tensors, \(types.map(\.rawValue).joined(separator: " and "))"
        + (requested == nil ? " as in the base" : "") + ", \(Human.bytes(bytes)).",
      "Largest difference between merged and attached logits, over \(tokens) tokens: \(largestDifference)"
        + (types.contains(.bfloat16) ? ", including the rounding to bfloat16." : "."),
    ]
    if requested == nil, types.contains(.bfloat16) {
      lines.append("--precision float32 keeps the digits that bfloat16 rounds away.")
    }
    if separatesEmbeddingAndHead {
      lines.append("The adapter changes embedding and head differently: the base's tied tensor is now two tensors.")
    }
    return lines.joined(separator: "\n")
  }
}
