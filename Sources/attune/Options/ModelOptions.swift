import ArgumentParser
import Inference
import InstructionData

/// A model, with an adapter and a template.
struct ModelOptions: ParsableArguments {
  @Option(help: "The model: a folder with config.json and *.safetensors, or an Attune .h5.", transform: pathArgument)
  var model: String?

  @Option(help: "An adapter for it: a PEFT folder, or an Attune .h5.", transform: pathArgument)
  var adapter: String?

  @Option(help: "The template that makes text of a conversation. Default: the one in the model's files.")
  var template: TemplateName?

  /// The model's path.
  ///
  /// - Throws: `ValidationError` if the option is missing.
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
    if adapter != nil, model == nil {
      throw ValidationError("'--adapter' needs '--model', the model that the adapter was trained on.")
    }
  }
}

extension TemplateName: ExpressibleByArgument {}
