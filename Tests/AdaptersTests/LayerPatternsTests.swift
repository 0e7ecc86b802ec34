import Adapters
import Checkpoints
import Diagnostics
import Foundation
import TestSupport
import Testing

@Suite("Patterns of layers' names")
struct LayerPatternsTests {
  @Test("the first pattern that matches decides, whatever comes after it")
  func order() {
    for _ in 0..<20 {
      let patterns: LayerPatterns<Int> = ["v_proj": 1, "layers.0.self_attn.v_proj": 2, ".*_proj": 3]
      #expect(patterns.value(of: "model.layers.0.self_attn.v_proj") == 1)
      #expect(patterns.value(of: "model.layers.0.self_attn.q_proj") == 3)
      #expect(patterns.value(of: "model.norm") == nil)
    }
  }

  @Test(
    "PEFT anchors a pattern at a name's end, and at its start or after a point",
    arguments: [
      ("q_proj", true), ("proj", false), ("self_attn", false), (#"layers\.[01]\.self_attn\.q_proj"#, true),
      (#"layers\.[12]\..*"#, false), ("^model.layers.0.self_attn.q_proj", true), (".*q_proj|.*v_proj", true),
    ])
  func anchors(pattern: String, matches: Bool) {
    var patterns = LayerPatterns<Bool>()
    let isRead = patterns.append(pattern, true)
    #expect(isRead)
    #expect((patterns.value(of: "model.layers.0.self_attn.q_proj") ?? false) == matches)
  }

  @Test(
    "a pattern that could take for ever, or is no regular expression, is refused",
    arguments: ["(a+)+", "(a|a)*", "(", "a*b*c*d*e*", "(a){20}", String(repeating: "a", count: 501)])
  func refusals(pattern: String) {
    var patterns = LayerPatterns<Int>()
    let isRead = patterns.append(pattern, 1)
    #expect(!isRead)
    #expect(patterns.entries.isEmpty)
  }

  @Test("an adapter_config.json without r and lora_alpha means PEFT's 8 and 8; its patterns keep their order")
  func file() throws {
    let folder = try TemporaryFolder()
    let model = try smallModel()
    let contents = ModelContents(kind: .adapter, configuration: "{}")
    let settings = lowRank { ($0.rank, $0.alpha) = (8, 8) }
    try Adapter(.lora(settings), on: model, seed: 1).result.write(
      to: folder["adapter"], contents, for: model.configuration)
    let file = folder["adapter/adapter_config.json"]
    var object = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    (object["r"], object["lora_alpha"]) = (nil, nil)
    (object["rank_pattern"], object["alpha_pattern"]) = (nil, nil)
    var text = String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    text = text.dropLast() + #", "alpha_pattern": {"v_proj": 3, "q_proj": 5, ".*_proj": 7}}"#
    try Data(text.utf8).write(to: file)
    let read = try #require(
      try AdapterForm(WeightsSource.adapter(at: folder["adapter"])).configuration.settings as? LoRA)
    #expect(read.rank == 8 && read.alpha == 8)
    #expect(read.alphaPattern.entries.map(\.pattern) == ["v_proj", "q_proj", ".*_proj"])
    #expect(read.alphaPattern.value(of: "model.layers.0.self_attn.q_proj") == 5)
  }
}
