import Autodiff
import Tensors

extension LanguageModel {
  /// The embeddings of some tokens, `[T, C]`.
  public func embeddings(of tokens: [Int32]) -> Variable {
    let table = attachments(embeddingTable)
    return attachments.embedding?.apply(table, to: tokens) ?? embedding(table, tokens)
  }

  /// What adapters get to know of the pass that is being made.
  var pass: Pass { Pass(dropoutSeed: gradientsAreRecorded ? dropoutSeed : nil) }

  /// The last states after the final norm, `[T, C]`, of sequences laid end to end.
  ///
  /// - Parameters:
  ///   - requested: the rows that are requested, ascending, `[n, C]`; nil: all. The last layer computes no others.
  ///   - cache: what was read before, from ``emptyCache(capacity:)``; the layout must be one that it made.
  public func states(_ layout: SequenceLayout, rows requested: [Int]? = nil, cache: KeyValueCache? = nil) -> Variable {
    let rows = embeddings(of: layout.tokens)
    guard cache == nil, let context = attachments.context else { return run(rows, layout, requested, cache: cache) }
    let length = context.length
    switch context {
    case .keysAndValues(_, let learned): return run(rows, layout.afterContext(length), requested, learned: learned())
    case .embeddings(_, let learned):
      let requested = (requested ?? Array(layout.tokens.indices)).map { $0 + length }
      return run(concatenate([learned(), rows]), layout.afterContext(length).withContextRows(length), requested)
    }
  }

  /// Room for the keys and values of sequences that grow to the same length.
  public func cache(sequences: Int = 1, capacity: Int) -> KeyValueCache {
    let cache = emptyCache(capacity: sequences * capacity)
    for _ in 0..<sequences { _ = cache.open(capacity: capacity) }
    return cache
  }

  /// Room for the keys and values of so many tokens of sequences that are yet to be opened, after what adapters put in front
  /// of every sequence.
  public func emptyCache(capacity: Int) -> KeyValueCache {
    let length = attachments.context?.length ?? 0
    let cache = KeyValueCache(configuration, precision: precision, capacity: capacity, contextLength: length)
    withoutGradients {
      let rows = SequenceLayout.contextRows(length)
      switch attachments.context {
      case nil: break
      case .keysAndValues(_, let learned):
        for (layer, learned) in zip(cache.layers, learned()) {
          _ = layer.append(learned.keys.cast(to: precision), learned.values.cast(to: precision), rows.spans)
        }
      case .embeddings(_, let learned): _ = run(learned(), rows, nil, cache: cache)
      }
    }
    return cache
  }

  /// From embeddings, `[T, C]`, to the states after the final norm.
  private func run(
    _ rows: Variable, _ layout: SequenceLayout, _ requested: [Int]?,
    learned: [(keys: Variable, values: Variable)] = [], cache: KeyValueCache? = nil
  ) -> Variable {
    // Where every row is requested, as a further token of each sequence is, nothing is selected.
    let selection = requested.flatMap { $0.count == rows.shape[0] ? nil : RequestedRows($0, of: layout) }
    let context = LayerContext(
      precision: precision, spans: layout.spans, angles: PositionAngles(layout.positions, rotaries),
      request: selection.map { ($0, PositionAngles($0.positions, rotaries)) },
      recomputesNorms: checkpointing == .selective, attached: attachments,
      pass: pass, learned: learned)
    var x = rows
    for (index, layer) in layers.enumerated() {
      if checkpointing == .full {
        x = checkpoint(x) { layer($0, context) }
      } else {
        x = layer(x, context, cache: cache?.layers[index])
      }
    }
    return finalNorm(x, attachments, as: precision)
  }
}
