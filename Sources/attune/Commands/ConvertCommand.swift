import Adapters
import ArgumentParser
import Checkpoints
import Foundation
import Recipes
import StrictJSON
import Tensors

/// `attune convert INPUT OUTPUT`: copies a model or adapter into another form.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Copies a model or an adapter into another form.",
    discussion: """
      Examples:

          $ attune convert runs/lora/adapter.h5 my-adapter
          $ attune convert my-model my-model.h5

      A name that ends in .h5 is an Attune file; any other name is a Hugging Face folder or, for an adapter, a PEFT \
      folder. Numbers keep their type; tokenizer, template and the other small files are copied. A folder also gets what \
      transformers needs to use the template that the model was trained with. A checkpoint gives the model or adapter in \
      it, without the parts of an adapter that only training needs, so that PEFT can read it.

      --json: output, kind, tensors, bytes.
      """)

  @Argument(help: "A model or adapter: a folder, or an Attune .h5.")
  var input: String

  @Argument(help: "What to write: NAME.h5, or a new folder.")
  var output: String

  @Flag(help: "Prints one JSON object: output, kind, tensors, bytes.")
  var json = false

  func run() throws {
    Cleanup.onSignals()
    let source = try WeightsSource.open(URL(fileURLWithPath: input))
    let target = URL(fileURLWithPath: output)
    if let (adapter, contents) = try source.foldedAdapter() {
      try adapter.write(to: target, contents)
      return tell(source.kind, adapter.tensors.count, adapter.tensors.reduce(0) { $0 + 4 * $1.value.shape.count })
    }
    let writer = try WeightsWriter(target, contents(of: source), tensors: source.tensors)
    try writer.copyAll(from: source)
    try writer.finish()
    tell(source.kind, source.tensors.count, source.tensors.reduce(0) { $0 + $1.byteCount })
  }

  /// Everything but the tensors; completed where a model that was trained with a template becomes a folder.
  private func contents(of source: WeightsSource) throws -> ModelContents {
    guard source.kind == .model, source.template != nil, !output.hasSuffix(".h5") else { return try source.contents() }
    return try ModelFiles(path: input).completeContents()
  }

  private func tell(_ kind: ModelContents.Kind, _ tensors: Int, _ bytes: Int) {
    if json {
      Console.output(json: [
        "output": .string(output), "kind": .string(kind.rawValue), "tensors": .integer(tensors),
        "bytes": .integer(bytes),
      ])
    } else {
      Console.message("\(output) holds the \(kind): \(tensors) tensors, \(Human.bytes(bytes)).")
    }
  }
}
