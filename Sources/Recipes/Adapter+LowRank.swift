import Adapters

extension AdapterConfiguration.LowRank {
  init(_ section: Section) {
    self.init()
    section.integer("rank", &rank, atLeast: 1)
    section.number("alpha", &alpha, .positive)
    section.number("dropout", &dropout, .belowOne)
    section.targets("targets", &targets)
    section.integersOrAll("layers", &layers)
    section.choice("scaling", &scaling)
    section.choice("initialization", &initialization)
    section.number("learning_rate_ratio", &learningRateRatio, .positive)
    section.texts("train_also", &trainAlso)
  }

  var resolved: [ResolvedValue.Field] {
    [
      ("rank", .integer(rank)), ("alpha", .number(alpha)), ("dropout", .number(dropout)),
      ("targets", targets.resolved), ("layers", layers.map { .list($0.map { .integer($0) }) } ?? .text("all")),
      ("scaling", .text(scaling.rawValue)), ("initialization", .text(initialization.rawValue)),
      ("learning_rate_ratio", .number(learningRateRatio)), ("train_also", .texts(trainAlso)),
    ]
  }
}

extension AdapterConfiguration.Targets {
  var resolved: ResolvedValue {
    switch self {
    case .all: .text("all")
    case .names(let names): .texts(names)
    }
  }
}

extension Section {
  /// `all`, a name or a list of names.
  func targets(_ key: String, _ result: inout AdapterConfiguration.Targets) {
    guard let node = value(key), let names = texts(node, key) else { return }
    if names.isEmpty {
      report(key, "the list is empty: name at least one layer, or `all`.")
    } else if names.contains("all"), names.count > 1 {
      report(key, "`all` stands alone, not in a list with names.")
    } else {
      result = names == ["all"] ? .all : .names(names)
    }
  }
}
