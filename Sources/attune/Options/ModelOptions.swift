import ArgumentParser
import Diagnostics
import InstructionData
import Recipes

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

  /// Opens a model with the adapter that the options name.
  ///
  /// - Throws: `UserError` of kind `file`.
  func files(of path: String) throws -> ModelFiles {
    var files = try ModelFiles(path: path)
    if let adapter { try files.openAdapter(at: adapter) }
    return files
  }

  func validate() throws {
    for (name, value) in [("--model", model), ("--adapter", adapter)] where value?.isEmpty ?? false {
      throw ValidationError("The value of '\(name)' is empty: expected a path.")
    }
    if adapter != nil, model == nil { throw ValidationError("'--adapter' needs '--model': the model it was made for.") }
  }
}

extension TemplateName: ExpressibleByArgument {}
