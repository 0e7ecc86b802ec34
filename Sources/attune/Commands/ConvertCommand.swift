import ArgumentParser
import Inference
import StrictJSON

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

  @Argument(help: "A model or adapter: a folder, or an Attune .h5.", transform: pathArgument)
  var input: String

  @Argument(help: "What to write: NAME.h5, or a new folder.", transform: pathArgument)
  var output: String

  @Flag(help: "Prints one JSON object: output, kind, tensors, bytes.")
  var json = false

  func run() throws {
    Cleanup.onSignals()
    let conversion = try Conversion(input)
    Console.warnings(conversion.notes)
    show(try conversion.write(to: output))
  }

  private func show(_ report: Conversion.Report) {
    if json {
      Console.output(json: [
        "output": .string(output), "kind": .string(report.kind.rawValue), "tensors": .integer(report.tensors),
        "bytes": .integer(report.bytes),
      ])
    } else {
      Console.message(
        "\(output) holds the \(report.kind): \(report.tensors) tensors, \(Human.bytes(report.bytes)).")
    }
  }
}
