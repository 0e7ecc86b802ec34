import InstructionData

/// Where a sequence ends: at the first of some tokens.
public struct StopRule: Sendable, Equatable {
  /// The tokens that end a sequence.
  public let tokens: Set<Int32>

  /// Ends a sequence at the first of these tokens.
  public init(_ tokens: Set<Int32>) { self.tokens = tokens }

  /// Ends no sequence: it is as long as it may become.
  public static let never = StopRule([])

  /// Whether a token ends its sequence.
  public func ends(at token: Int32) -> Bool { tokens.contains(token) }

  /// Tokens without the one that ended them, where one did.
  public func withoutEnd(_ tokens: [Int32]) -> [Int32] { tokens.last.map(ends) == true ? tokens.dropLast() : tokens }
}

extension ModelFiles {
  /// Where an answer of this model ends: at its end-of-text tokens, and where a template is used, at its end of turn.
  public func stopRule(_ chat: ChatEncoder?) -> StopRule { StopRule(stopIDs.union(chat?.stopIDs ?? [])) }
}
