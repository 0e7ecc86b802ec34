import Checkpoints
import Diagnostics
import StrictJSON
import Tensors

/// A method that trains tensors which other programs do not read: PiSSA's start, a prefix's network.
protocol TrainingFormMethod: AdapterMethod {
  /// Whether a tensor of this name is read by Attune's training alone.
  static func isOfTraining(_ name: String) -> Bool

  /// Refuses tensors of a training form that do not belong together.
  ///
  /// - Throws: `UserError` of kind `file`.
  func checkTrainingForm(_ form: AdapterForm, _ path: String) throws

  /// The adapter in the form that other programs read; as it is where nothing has to be folded away.
  func folded(_ form: AdapterForm) -> AdapterForm

  /// The members of `adapter_config.json` that folding changes, with the values of these settings.
  var foldedMembers: [(key: String, value: JSONValue)] { get }
}

extension AdapterForm {
  fileprivate var trainingMethod: (any TrainingFormMethod)? { configuration.settings as? any TrainingFormMethod }

  /// The adapter in the form that other programs read: a prefix without the network that computed it, PiSSA as an
  /// ordinary LoRA of twice the rank. Where nothing has to be folded away, the adapter as it is.
  public var folded: AdapterForm { trainingMethod?.folded(self) ?? self }

  /// Whether an adapter with tensors of these names can be read by Attune's training alone.
  static func isTrainingForm(_ names: some Sequence<String>) -> Bool {
    let methods = AdapterConfiguration.methods.compactMap { $0 as? any TrainingFormMethod.Type }
    return names.contains { name in methods.contains { $0.isOfTraining(name) } }
  }

  /// Refuses a tensor that is missing or has another shape.
  ///
  /// - Parameter shape: the extents; nil where any fits.
  /// - Returns: the extents found.
  /// - Throws: `UserError` of kind `file`.
  func expect(_ name: String, _ shape: [Int?], _ path: String) throws -> [Int] {
    guard let found = tensor(name)?.shape.extents else {
      throw UserError.file("\(path): the tensor '\(name)' is missing")
    }
    guard found.count == shape.count, zip(found, shape).allSatisfy({ $1 == nil || $0 == $1 }) else {
      let expected = shape.map { $0.map { "\($0)" } ?? "any" }.joined(separator: " × ")
      throw UserError.file("\(path): the tensor '\(name)' has the shape \(found); expected \(expected)")
    }
    return found
  }

  /// A text of `adapter_config.json` with what folding changes; the rest stays as it was written.
  fileprivate func updated(_ text: String) throws -> String {
    try JSONValue(parsing: text.utf8).replacing(trainingMethod?.foldedMembers ?? []).compactText
  }
}

extension WeightsSource {
  /// An adapter that is stored as it was trained, in the form that other programs read; nil where it has that form
  /// already.
  ///
  /// - Throws: `UserError` of kind `file`.
  public func foldedAdapter() throws -> (form: AdapterForm, contents: ModelContents)? {
    guard kind == .adapter, AdapterForm.isTrainingForm(tensors.map(\.name)) else { return nil }
    let trained = try AdapterForm(self)
    try trained.trainingMethod?.checkTrainingForm(trained, path)
    let form = trained.folded
    var contents = try contents()
    contents.configuration = try form.updated(contents.configuration)
    return (form, contents)
  }
}
