extension Recipe {
  /// The recipe as YAML with every default written out, in the order of the documentation; decodes back to an equal
  /// recipe.
  public var resolvedYAML: String { resolved.documentText }

  /// One key in which two recipes differ.
  public struct Difference: Sendable, Equatable {
    /// `optimizer.learning_rate`.
    public let keyPath: String
    /// The other recipe's value in YAML on one line; nil where it has no such key.
    public let old: String?
    /// This recipe's value in YAML on one line; nil where it has no such key.
    public let new: String?

    /// A difference at a key.
    public init(keyPath: String, old: String?, new: String?) {
      self.keyPath = keyPath
      self.old = old
      self.new = new
    }
  }

  /// The keys in which this recipe differs from an older one, defaults filled in, in the order of the documentation.
  public func differences(from older: Recipe) -> [Difference] {
    let old = older.resolved.leaves
    let new = resolved.leaves
    let oldValues = Dictionary(old, uniquingKeysWith: { first, _ in first })
    let newKeys = Set(new.map(\.0))
    let changed = new.compactMap { key, value in
      oldValues[key] == value ? nil : Difference(keyPath: key, old: oldValues[key], new: value)
    }
    return changed + old.filter { !newKeys.contains($0.0) }.map { Difference(keyPath: $0.0, old: $0.1, new: nil) }
  }
}

extension ResolvedValue {
  /// Every value that is no section, with its key path.
  var leaves: [(String, String)] {
    guard case .section(let fields) = self else { return [] }
    return fields.flatMap { key, value -> [(String, String)] in
      if case .section(let inner) = value, !inner.isEmpty { return value.leaves.map { ("\(key).\($0.0)", $0.1) } }
      return [(key, value.flowText)]
    }
  }
}
