import Adapters

extension PromptTuning: AdapterRecipe {
  init(_ section: Section) {
    self.init(length: section.virtualTokens())
    section.text("initial_text", &initialText)
  }

  var resolved: [ResolvedValue.Field] {
    [("length", .integer(length)), ("initial_text", initialText.map { .text($0) } ?? .null)]
  }
}
