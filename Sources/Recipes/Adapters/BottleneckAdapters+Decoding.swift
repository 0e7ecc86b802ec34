import Adapters

extension BottleneckAdapters: AdapterRecipe {
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
