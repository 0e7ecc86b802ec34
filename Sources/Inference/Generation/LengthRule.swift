import LanguageModels

/// How long a sequence may become: prompt and answer share the model's positions (`max_position_embeddings`).
public struct LengthRule: Sendable, Equatable {
  /// The positions that the model has.
  public let maximumPositions: Int

  /// The rule of a model.
  public init(_ configuration: DecoderConfiguration) { maximumPositions = configuration.maximumPositions }

  /// How many more tokens a sequence of some tokens may take.
  public func room(after count: Int) -> Int { max(0, maximumPositions - count) }

  /// How many tokens may be written after a prompt, of as many as are asked for.
  ///
  /// - Parameters:
  ///   - maximumNewTokens: the most tokens asked for.
  ///   - count: the prompt's tokens.
  public func limit(_ maximumNewTokens: Int, after count: Int) -> Int { min(maximumNewTokens, room(after: count)) }
}
