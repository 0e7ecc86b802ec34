import Adapters

extension IA3: AdapterRecipe {
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
