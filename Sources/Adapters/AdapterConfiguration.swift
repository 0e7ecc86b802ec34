import LanguageModels

/// A small set of weights that is trained while the model's own stay as they are: a method with its settings.
public struct AdapterConfiguration: Sendable, Equatable {
  /// The settings, whose type is the method.
  package let settings: any AdapterMethod

  /// Takes a method's settings.
  package init(_ settings: any AdapterMethod) {
    self.settings = settings
  }

  /// Whether method and settings are the same.
  public static func == (first: AdapterConfiguration, second: AdapterConfiguration) -> Bool {
    first.settings.isEqual(to: second.settings)
  }

  /// The method's name in recipes: `bias_norm`.
  public var method: String { type(of: settings).name }

  /// The adapter in one line: method, size, and the scale in use.
  public var summary: String { settings.summary }

  /// P: the number of learned positions in front of every sequence.
  public var contextLength: Int { settings.contextLength }

  /// The same adapter on every layer of a model.
  public var onAllLayers: AdapterConfiguration { AdapterConfiguration(settings.onAllLayers) }

  /// Why the adapter cannot be multiplied into a model's weights; nil where it can.
  public var reasonAgainstMerging: String? { settings.reasonAgainstMerging }

  /// What keeps an adapter of these settings from fitting a model, key by key; nothing is computed.
  ///
  /// - Parameter hasTokenizer: whether the model comes with a tokenizer.
  public func problems(for model: DecoderConfiguration, hasTokenizer: Bool = true) -> [AdapterProblem] {
    settings.problems(for: model, hasTokenizer: hasTokenizer)
  }
}

extension AdapterMethod {
  fileprivate func isEqual(to other: any AdapterMethod) -> Bool { self == other as? Self }
}
