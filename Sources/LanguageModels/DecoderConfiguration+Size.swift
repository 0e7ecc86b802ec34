extension DecoderConfiguration {
  /// The number of weights of a model of this configuration, or nil where it is beyond counting.
  public var parameterCount: Int? {
    var isCountable = true
    func product(_ factors: Int...) -> Int {
      factors.reduce(1) { total, factor in
        let (result, overflows) = total.multipliedReportingOverflow(by: factor)
        if overflows { isCountable = false }
        return overflows ? 0 : result
      }
    }
    func sum(_ terms: Int...) -> Int {
      terms.reduce(0) { total, term in
        let (result, overflows) = total.addingReportingOverflow(term)
        if overflows { isCountable = false }
        return overflows ? 0 : result
      }
    }
    let queries = product(headCount, headWidth)
    let keys = product(keyValueHeadCount, headWidth)
    let biases = sum(
      hasQueryKeyValueBias ? sum(queries, keys, keys) : 0, hasAttentionOutputBias ? hiddenSize : 0,
      hasFeedForwardBias ? sum(feedForwardSize, feedForwardSize, hiddenSize) : 0)
    let layer = sum(
      product(2, hiddenSize, queries), product(2, hiddenSize, keys), product(3, hiddenSize, feedForwardSize), biases,
      product(2, hiddenSize), normalizesHeads ? product(2, headWidth) : 0)
    let total = sum(
      product(tiesEmbeddings || head == .score ? 1 : 2, vocabularySize, hiddenSize),
      head == .score ? hiddenSize : 0, product(layerCount, layer), hiddenSize)
    return isCountable ? total : nil
  }
}
