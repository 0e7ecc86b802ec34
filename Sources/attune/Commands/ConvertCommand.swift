import ArgumentParser
import Checkpoints
import Diagnostics
import Foundation

/// `attune convert INPUT OUTPUT`: the same model or adapter in the other form.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Copies a model or an adapter into another form.",
    discussion: """
      Examples:

          $ attune convert runs/lora/adapter.h5 my-adapter
          $ attune convert my-model my-model.h5

      A name that ends in .h5 is an Attune file, any other a Hugging Face folder, or a PEFT folder for an adapter. \
      Numbers keep their type; tokenizer, templates and the other small files come along.
      """)

  @Argument(help: "A model or adapter: a folder, or an Attune .h5.")
  var input: String

  @Argument(help: "What to write: NAME.h5, or a new folder.")
  var output: String

  func run() throws {
    let source = try WeightsSource.open(URL(fileURLWithPath: input))
    let writer = try WeightsWriter(
      URL(fileURLWithPath: output), source.contents(), tensors: source.tensors)
    try writer.copyAll(from: source)
    try writer.finish()
    let bytes = source.tensors.reduce(0) { $0 + $1.byteCount }
    Console.message("\(output) holds the \(source.kind): \(source.tensors.count) tensors, \(Human.bytes(bytes)).")
  }
}
