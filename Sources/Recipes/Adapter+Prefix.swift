import Adapters

extension AdapterConfiguration.Prefix {
  init(_ section: Section) {
    self.init(length: section.requiredLength())
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

extension AdapterConfiguration.Prompt {
  init(_ section: Section) {
    self.init(length: section.requiredLength())
    section.text("initial_text", &initialText)
  }

  var resolved: [ResolvedValue.Field] {
    [("length", .integer(length)), ("initial_text", initialText.map { .text($0) } ?? .null)]
  }
}

extension Section {
  fileprivate func requiredLength() -> Int {
    var length = 1
    integer("length", &length, atLeast: 1)
    if !has("length") { reportMissing("length", "give the number of learned positions, as in `length: 10`") }
    return length
  }
}
