import ArgumentParser
import Foundation
import Inference

/// `attune inspect PATH`: shows what a model, adapter or checkpoint holds.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Shows what a model, an adapter or a checkpoint holds.",
    discussion: """
      Examples:

          $ attune inspect runs/full/last.h5
          $ attune inspect my-model --json

      Reads a Hugging Face or PEFT folder, an Attune .h5, or a single .safetensors file, and changes nothing.

      --json: path, kind, form, parameters, bytes; tensors, each with name, shape, dtype and group; configuration or \
      adapter_configuration; provenance; files, each with name and bytes; and, if present, adapter, template, recipe and \
      state.
      """)

  @Argument(help: "A folder or a file.", transform: pathArgument)
  var path: String

  @Flag(help: "Prints one JSON document: kind, tensors (name, shape, dtype, group), configuration, recipe, provenance.")
  var json = false

  func run() throws {
    let inspection = try Inspection(of: URL(fileURLWithPath: path))
    Console.warnings((try? Conversion(path))?.notes ?? [])
    if json { Console.output(json: inspection.json) } else { Console.output(inspection.text) }
  }
}
