import Adapters

extension DoRA: AdapterRecipe {
  init(_ section: Section) { self.init(LoRA(section)) }

  var resolved: [ResolvedValue.Field] { direction.resolved }
}
