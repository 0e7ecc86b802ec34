import Adapters

extension PrefixTuning: AdapterRecipe {
  init(_ section: Section) {
    self.init(length: section.virtualTokens())
    guard let node = section.value("reparameterization") else { return }
    switch node.content {
    case .scalar("none", _): reparameterizationHidden = nil
    case .section:
      let inner = section.section("reparameterization")
      var hidden = 512
      inner.integer("hidden", &hidden, atLeast: 1)
      reparameterizationHidden = hidden
    default: section.report("reparameterization", expected: "{hidden: 512} or none", found: node)
    }
  }

  var resolved: [ResolvedValue.Field] {
    [
      ("length", .integer(length)),
      ("reparameterization", reparameterizationHidden.map { .section([("hidden", .integer($0))]) } ?? .text("none")),
    ]
  }
}
