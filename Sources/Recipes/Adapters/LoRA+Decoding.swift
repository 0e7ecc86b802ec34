import Adapters

extension LoRA: AdapterRecipe {
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
