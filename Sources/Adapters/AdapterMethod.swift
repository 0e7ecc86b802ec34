import Checkpoints
import LanguageModels
import StrictJSON

/// A way to adapt a model, with its settings: LoRA of rank 8 on queries and values, for example.
///
/// A method lives in a file of its own, or a folder where it is large, and in one line of ``AdapterConfiguration/methods``.
/// The rest of the program asks the questions below, never which method it has.
package protocol AdapterMethod: Sendable, Equatable {
  /// The method's name in recipes: `bias_norm`.
  static var name: String { get }

  /// The adapter in one line: method, size, and the scale in use.
  var summary: String { get }

  /// P: the number of learned positions in front of every sequence.
  var contextLength: Int { get }

  /// The same settings on every layer, where they choose layers: for a smaller model that is measured in place of a large
  /// one.
  var onAllLayers: Self { get }

  /// Why the adapter cannot be multiplied into a model's weights; nil where it can. Then each part that it attaches to a
  /// linear layer is a `FoldingAdapter`.
  var reasonAgainstMerging: String? { get }

  /// What keeps these settings from fitting a model, key by key; nothing is computed.
  ///
  /// - Parameter hasTokenizer: whether the model comes with a tokenizer.
  func problems(for model: DecoderConfiguration, hasTokenizer: Bool) -> [AdapterProblem]

  /// Makes the adapter's tensors and returns what it puts into a model.
  ///
  /// - Parameter tensors: gives a fresh adapter its starting values and reads a stored one, in the same call. A stored
  ///   adapter has a part wherever its file has the tensors.
  /// - Throws: ``AdapterProblem`` where a setting does not fit, `UserError` of kind `file` where a tensor does not.
  func attachments(for model: LanguageModel, _ tensors: AdapterTensors) throws -> Attachments

  // In files.

  /// What the names of the model's own tensors start with in the method's files; nil where a file holds none besides those
  /// that the method makes.
  static var wholeTensorPrefix: String? { get }

  /// What a user should know of a stored adapter that is read for a model: tensors that its file lacks or that are not used.
  ///
  /// - Parameter stored: whether the file has a tensor of a name.
  func notes(for model: DecoderConfiguration, stored: (String) -> Bool) -> [String]

  /// The method's `peft_type` in `adapter_config.json`, PEFT's own where PEFT has the method: `IA3`.
  static var fileType: String { get }

  /// Whether a file of this ``fileType`` is meant for this method: methods may share a type.
  static func isMeant(by file: AdapterReader) throws -> Bool

  /// Reads the settings from `adapter_config.json`.
  ///
  /// - Throws: `UserError` of kind `file`; also for an option that Attune does not compute.
  init(_ file: AdapterReader) throws

  /// The members of `adapter_config.json` that describe the settings.
  ///
  /// - Parameter names: the names of the adapter's tensors, which show the modules that have a part.
  func fileMembers(for model: DecoderConfiguration, tensors names: [String]) -> [(key: String, value: JSONValue)]
}

// What holds for most methods.
extension AdapterMethod {
  /// No learned positions.
  package var contextLength: Int { 0 }

  /// The settings as they are.
  package var onAllLayers: Self { self }

  /// The adapter can be merged.
  package var reasonAgainstMerging: String? { nil }

  /// Every model fits.
  package func problems(for model: DecoderConfiguration, hasTokenizer: Bool) -> [AdapterProblem] { [] }

  /// No other tensors.
  package static var wholeTensorPrefix: String? { nil }

  /// Nothing.
  package func notes(for model: DecoderConfiguration, stored: (String) -> Bool) -> [String] { [] }

  /// No other method has the same type.
  package static func isMeant(by file: AdapterReader) throws -> Bool { true }
}
