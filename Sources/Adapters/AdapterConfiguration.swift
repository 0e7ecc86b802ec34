import Checkpoints
import LanguageModels

/// A small set of weights that is trained while the model's own stay as they are: a method with its settings.
public struct AdapterConfiguration: Sendable, Equatable {
  /// The settings, whose type is the method.
  package let settings: any AdapterMethod
  /// What a file says of weights that are trained whole beside the method's own tensors.
  let whole: WholeModules
  /// What a file asks for without effect: sentences for the user.
  private let fileNotes: [String]

  /// Takes a method's settings.
  package init(_ settings: any AdapterMethod) { self.init(settings, whole: WholeModules(), fileNotes: []) }

  init(_ settings: any AdapterMethod, whole: WholeModules, fileNotes: [String]) {
    (self.settings, self.whole, self.fileNotes) = (settings, whole, fileNotes)
  }

  /// Whether method and settings are the same.
  public static func == (first: AdapterConfiguration, second: AdapterConfiguration) -> Bool {
    first.settings.isEqual(to: second.settings) && first.whole == second.whole
  }

  /// The method's name in recipes: `bias_norm`.
  public var method: String { type(of: settings).name }

  /// The adapter in one line: method, size, and the scale in use.
  public var summary: String { settings.summary + whole.summary }

  /// P: the number of learned positions in front of every sequence.
  public var contextLength: Int { settings.contextLength }

  /// The same adapter on every layer of a model.
  public var onAllLayers: AdapterConfiguration {
    AdapterConfiguration(settings.onAllLayers, whole: whole, fileNotes: fileNotes)
  }

  /// Why the adapter cannot be multiplied into a model's weights; nil where it can.
  public var reasonAgainstMerging: String? { settings.reasonAgainstMerging }

  /// What keeps an adapter of these settings from fitting a model, key by key; nothing is computed.
  ///
  /// - Parameter hasTokenizer: whether the model comes with a tokenizer.
  public func problems(for model: DecoderConfiguration, hasTokenizer: Bool = true) -> [AdapterProblem] {
    settings.problems(for: model, hasTokenizer: hasTokenizer)
  }

  /// What a user should know of a stored adapter of this configuration that is read for a model: tensors that its file
  /// lacks or that are not used, and options without effect.
  public func notes(for model: DecoderConfiguration, tensors: some TensorSource) -> [String] {
    let stored = { tensors.description(of: $0) != nil }
    let notes = fileNotes + settings.notes(for: model, stored: stored) + whole.notes(for: model)
    return notes.map { "\(tensors.path): \($0)" }
  }
}

extension AdapterMethod {
  fileprivate func isEqual(to other: any AdapterMethod) -> Bool { self == other as? Self }
}
