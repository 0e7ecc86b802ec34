extension Section {
  /// The number of learned positions in front of every sequence, which must be given.
  func virtualTokens() -> Int {
    var length = 1
    integer("length", &length, atLeast: 1)
    if !has("length") { reportMissing("length", "give the number of learned positions, as in `length: 10`") }
    return length
  }
}
