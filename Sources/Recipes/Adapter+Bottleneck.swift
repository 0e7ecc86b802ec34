import Adapters

extension AdapterConfiguration.Bottleneck {
  init(_ section: Section) {
    self.init()
    section.choice("placement", &placement)
    var units = 1
    var reduction = 16.0
    section.integer("width", &units, atLeast: 1)
    section.number("reduction", &reduction, .positive)
    width = section.has("width") ? .units(units) : .reduction(reduction)
    if section.has("width"), section.has("reduction") {
      section.report("reduction", "give either `width` or `reduction`, not both.")
    }
    section.choice("activation", &activation)
    section.flag("train_norms", &trainNorms)
  }

  var resolved: [ResolvedValue.Field] {
    let width: ResolvedValue.Field =
      switch self.width {
      case .units(let units): ("width", .integer(units))
      case .reduction(let factor): ("reduction", .number(factor))
      }
    return [
      ("placement", .text(placement.rawValue)), width, ("activation", .text(activation.rawValue)),
      ("train_norms", .bool(trainNorms)),
    ]
  }
}

extension AdapterConfiguration.IA3 {
  init(_ section: Section) {
    self.init()
    section.targets("targets", &targets)
    section.texts("feedforward_targets", &feedforwardTargets)
    // As PEFT's IA3Config asks.
    if case .names(let names) = targets, let stray = feedforwardTargets.first(where: { !names.contains($0) }) {
      section.report("feedforward_targets", "'\(shortened(stray))' is not among `targets`.")
    }
  }

  var resolved: [ResolvedValue.Field] {
    [("targets", targets.resolved), ("feedforward_targets", .texts(feedforwardTargets))]
  }
}
