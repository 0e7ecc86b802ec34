/// What a model wrote after a prompt.
public struct Answer: Sendable {
  /// The question's text.
  public let prompt: String
  /// The answer's text.
  public let completion: String
  /// As the model wrote them, with the one that ended the answer, whose text is not part of the completion.
  public let ids: [Int32]
  /// Tokens written by the time of prompt and answer; of all answers until the end of this one where several were written.
  public let tokensPerSecond: Double
  /// Whether the model ended the answer; otherwise it was cut off.
  public let isComplete: Bool
}
