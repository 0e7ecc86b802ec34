import Diagnostics

/// A record is longer than the length policy accepts.
struct TooLongRecord: Error {
  let error: UserError
  /// How many tokens the record has.
  let length: Int
}
