import Testing

@Suite("Families of models")
struct FamilyTests {
  static let folder = "Sources/LanguageModels/Families/"
  /// The one list of all families.
  static let register = folder + "DecoderFamily.swift"

  /// Files outside of that folder with names of weights, and why.
  static let exceptions = [
    "Sources/Adapters/Methods/LoRA/LoRA.swift": "PEFT's default targets",
    "Sources/Adapters/Methods/IA3.swift": "PEFT's default targets",
    "Sources/attune/Commands/ExtractCommand.swift": "examples in its help",
  ]

  private var files: [SourceFile] { Repository.swiftFiles.filter { $0.path.hasPrefix("Sources/") } }

  @Test("Only its own file and the register name a family")
  func families() throws {
    let families = files.filter { $0.path.hasPrefix(Self.folder) }.flatMap { file in
      file.text.matches(of: /modelType: "(\w+)"/).map { (name: $0.1, path: file.path) }
    }
    #expect(families.count >= 5)
    for (name, path) in families {
      let use = try Regex(#"\.\#(name)\b|"\#(name)""#).wordBoundaryKind(.simple)
      for file in files where file.path != path && file.path != Self.register {
        for (number, line) in file.code where line.contains(use) {
          Issue.record("\(file.path):\(number): names the family \(name): ask its description instead")
        }
      }
    }
  }

  @Test("Only files of families name weights")
  func weights() {
    // Other boundaries do not separate words at a period.
    let name = /"[^"]*\b(self_attn|lm_head|embed_tokens|input_layernorm|[qkvo]_proj|(gate|up|down)_proj)\b/
      .wordBoundaryKind(.simple)
    for file in files where !file.path.hasPrefix(Self.folder) && Self.exceptions[file.path] == nil {
      for (number, line) in file.code where line.contains(name) {
        Issue.record("\(file.path):\(number): the name of a weight; it follows from the model's description")
      }
    }
  }
}
