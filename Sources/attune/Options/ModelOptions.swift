import ArgumentParser
import Diagnostics
import InstructionData

/// Which model, with which adapter and template.
struct ModelOptions: ParsableArguments {
  @Option(help: "The model: a folder with config.json and *.safetensors, or an Attune .h5.")
  var model: String?

  @Option(help: "An adapter for it: a PEFT folder, or an Attune .h5.")
  var adapter: String?

  @Option(help: "How turns become text. Default: what the model's files name.")
  var template: TemplateName?

  /// The model's path.
  ///
  /// - Throws: `ValidationError` where the option was not given.
  func requireModel() throws -> String {
    guard let model else { throw ValidationError("Missing expected argument '--model <model>'") }
    return model
  }

  /// - Throws: `UserError` of kind `recipe` where an adapter is named.
  func refuseAdapter() throws {
    if adapter != nil { throw UserError.recipe("--adapter: adapters are not there yet; give a model alone.") }
  }

  func validate() throws {
    for (name, value) in [("--model", model), ("--adapter", adapter)] where value?.isEmpty ?? false {
      throw ValidationError("The value of '\(name)' is empty: expected a path.")
    }
    if adapter != nil, model == nil { throw ValidationError("'--adapter' needs '--model': the model it was made for.") }
  }
}

extension TemplateName: ExpressibleByArgument {}
