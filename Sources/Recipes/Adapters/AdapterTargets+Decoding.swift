import Adapters

extension AdapterTargets {
  var resolved: ResolvedValue {
    switch self {
    case .all: .text("all")
    case .names(let names): .texts(names)
    case .pattern(let pattern): .text(pattern)
    }
  }
}

extension Section {
  /// `all`, a name or a list of names.
  func targets(_ key: String, _ result: inout AdapterTargets) {
    guard let node = value(key), let names = texts(node, key) else { return }
    if names.isEmpty {
      report(key, "the list is empty: name at least one layer, or `all`.")
    } else if names.contains("all"), names.count > 1 {
      report(key, "write `all` alone, not in a list with names.")
    } else {
      result = names == ["all"] ? .all : .names(names)
    }
  }
}
