import Adapters

extension Recipe {
  /// A small set of weights that is trained while the model's own stay as they are.
  public typealias Adapter = AdapterConfiguration
}

extension AdapterConfiguration {
  /// Decodes the section `adapter` of a recipe; nil where it is absent or null.
  init?(_ recipe: Section) {
    guard let node = recipe.value("adapter"), !node.isNull else { return nil }
    let section = recipe.section(of: node, named: "adapter")
    let names = Self.recipeMethods.map { $0.name }
    guard let name = section.name("method", of: names),
      let method = Self.recipeMethods.first(where: { $0.name == name })
    else {
      if !section.has("method"), !section.isUnclear {
        section.reportMissing("method", "give one of \(names.joined(separator: ", "))")
      }
      section.isUnclear = true
      return nil
    }
    section.kind = "method \(name)"
    self.init(method.init(section))
  }

  var resolved: ResolvedValue {
    .section([("method", .text(method))] + ((settings as? any AdapterRecipe)?.resolved ?? []))
  }
}
