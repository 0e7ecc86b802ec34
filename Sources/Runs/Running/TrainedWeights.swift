import Adapters
import Checkpoints
import Foundation
import Inference
import LanguageModels
import Optimization
import Recipes
import Tensors
import Tokenization
import Training

/// What a run trains: all of a model, or an adapter on it.
struct TrainedWeights {
  /// The model, with the adapter attached where there is one.
  let model: LanguageModel
  private let adapter: Adapter?
  /// What the optimizer changes.
  let parameters: [Parameter]

  /// Reads the model of a recipe and attaches a fresh adapter where the recipe has one.
  ///
  /// - Throws: `UserError`; one of kind `recipe` names the key of an adapter that does not fit the model.
  init(_ recipe: Recipe, at file: RecipeFile, _ files: ModelFiles) throws {
    if let problem = recipe.adapterProblems(at: file, files).first { throw problem }
    try self.init(
      recipe, at: file, files,
      on: files.model(
        precision: recipe.model.precision, trainable: recipe.adapter == nil, master: recipe.model.master,
        bytesWhileTrained: recipe.bytesPerTrainedWeight, seed: UInt64(recipe.seed)))
  }

  /// Attaches a fresh adapter to a model where the recipe has one.
  ///
  /// - Throws: `UserError` of kind `recipe` that names the key of an adapter that does not fit the model.
  init(_ recipe: Recipe, at file: RecipeFile, _ files: ModelFiles, on model: LanguageModel) throws {
    self.model = model
    model.checkpointing = recipe.model.activationCheckpointing
    model.sharesPrefixes = recipe.data.sharePrefixes
    do {
      adapter = try recipe.adapter.map { [model] in
        try Adapter($0, on: model, seed: UInt64(recipe.seed)) { text in files.tokenizer?.encode(text) ?? [] }
      }
    } catch let problem as AdapterProblem {
      throw file.error(at: "adapter.\(problem.key)", problem.message)
    }
    model.attachments = adapter?.attachments ?? .none
    parameters = adapter?.parameters ?? model.parameters.map { Parameter($0.name, $0.variable) }
  }

  /// The number of weights that are trained.
  var parameterCount: Int { parameters.reduce(0) { $0 + $1.variable.shape.count } }

  /// Tensors of the adapter that are part of it and stay as they are.
  var frozen: [(name: String, value: Tensor)] {
    (adapter?.tensors ?? []).filter { $0.learningRateFactor == nil }.map { ($0.name, $0.variable.value) }
  }

  /// What the result is called in the output folder.
  var resultName: String { adapter == nil ? "model.h5" : "adapter.h5" }

  /// All but the tensors of what is written in the run: the model's own, or the adapter's, which names its base.
  ///
  /// - Throws: `UserError` of kind `file`.
  func contents(of files: ModelFiles) throws -> ModelContents {
    guard let adapter else { return files.contents }
    var contents = ModelContents(kind: .adapter, configuration: "", template: files.contents.template)
    if let source = files.source {
      contents.provenance[ModelContents.basePath] = source.path
      contents.provenance[ModelContents.baseDigest] = try weightsDigest(of: source, threads: Threads.count)
    }
    contents.configuration = adapter.trainedForm.configurationText(
      for: model.configuration, basePath: files.source?.path)
    return contents
  }

  /// Writes the result.
  ///
  /// - Throws: `UserError` of kind `output`.
  func writeResult(to url: URL, _ contents: ModelContents) throws {
    if let adapter { return try adapter.result.write(to: url, contents, for: model.configuration) }
    let tensors = try model.parameters.map {
      try TensorDescription(
        name: $0.name, shape: $0.variable.shape.extents, type: StoredType($0.variable.elementType))
    }
    let writer = try WeightsWriter(url, contents, tensors: tensors)
    for (name, variable) in model.parameters {
      try variable.value.withBytes { try writer.write(name, from: $0, as: StoredType(variable.elementType)) }
    }
    try writer.finish()
  }
}
