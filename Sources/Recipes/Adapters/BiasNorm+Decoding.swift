import Adapters

extension BiasNorm: AdapterRecipe {
  init(_ section: Section) { self.init() }

  var resolved: [ResolvedValue.Field] { [] }
}
