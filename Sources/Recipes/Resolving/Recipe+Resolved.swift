extension Recipe {
  /// The recipe as YAML with every default written out, in the order of the documentation; decodes back to an equal
  /// recipe.
  public var resolvedYAML: String { resolved.documentText }

  /// Every value of the recipe in YAML on one line, defaults filled in, in the order of the documentation.
  package var values: [(keyPath: String, value: String)] { resolved.leaves }

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
    let (old, new) = (older.values, values)
    let oldValues = Dictionary(old.map { ($0.keyPath, $0.value) }, uniquingKeysWith: { first, _ in first })
    let newKeys = Set(new.map(\.keyPath))
    let changed = new.compactMap { key, value in
      oldValues[key] == value ? nil : Difference(keyPath: key, old: oldValues[key], new: value)
    }
    let removed = old.filter { !newKeys.contains($0.keyPath) }
    return changed + removed.map { Difference(keyPath: $0.keyPath, old: $0.value, new: nil) }
  }
}

extension ResolvedValue {
  /// Every value except sections, with its key path.
  fileprivate var leaves: [(keyPath: String, value: String)] {
    guard case .section(let fields) = self else { return [] }
    return fields.flatMap { key, value -> [(keyPath: String, value: String)] in
      if case .section(let inner) = value, !inner.isEmpty {
        return value.leaves.map { ("\(key).\($0.keyPath)", $0.value) }
      }
      return [(key, value.flowText)]
    }
  }
}
