import LanguageModels
import StrictJSON
import Testing

@Suite("Sliding windows in config.json, as transformers 5.23.0 reads them")
struct SlidingWindowTests {
  private func windows(_ changes: [String: JSONValue]) throws -> [Int?] {
    try tiny(changes).layers.map(\.attention.slidingWindow)
  }

  @Test("Mistral's window is that of every layer, 4096 where the key is missing, none where it is null")
  func mistral() throws {
    #expect(try windows(["model_type": "mistral", "sliding_window": 16]) == [16, 16])
    #expect(try windows(["model_type": "mistral", "sliding_window": .null]) == [nil, nil])
    #expect(try windows(["model_type": "mistral"]) == [4096, 4096])
    let types: JSONValue = ["sliding_attention", "sliding_attention"]
    #expect(try windows(["model_type": "mistral", "sliding_window": 16, "layer_types": types]) == [16, 16])
  }

  @Test(
    "Qwen has windows where use_sliding_window says so: in layers from max_window_layers on",
    arguments: ["qwen2", "qwen3"])
  func qwen(family: String) throws {
    func windows(_ changes: [String: JSONValue]) throws -> [Int?] {
      try self.windows(changes.merging(["model_type": .string(family)]) { $1 })
    }
    #expect(try windows(["sliding_window": 16]) == [nil, nil])
    #expect(try windows(["sliding_window": 16, "use_sliding_window": false, "max_window_layers": 0]) == [nil, nil])
    #expect(try windows(["sliding_window": 16, "use_sliding_window": true]) == [nil, nil])
    #expect(try windows(["sliding_window": 16, "use_sliding_window": true, "max_window_layers": 1]) == [nil, 16])
    #expect(try windows(["sliding_window": 16, "use_sliding_window": true, "max_window_layers": 0]) == [16, 16])
    #expect(try windows(["use_sliding_window": true, "max_window_layers": 0]) == [4096, 4096])
    #expect(try windows(["sliding_window": .null, "use_sliding_window": true, "max_window_layers": 0]) == [nil, nil])
    let types: JSONValue = ["sliding_attention", "full_attention"]
    #expect(try windows(["sliding_window": 16, "use_sliding_window": true, "layer_types": types]) == [16, nil])
  }

  @Test("of two keys that contradict each other, a note names the one that is used")
  func contradictions() throws {
    let types: JSONValue = ["sliding_attention", "full_attention"]
    let qwen = try tiny([
      "model_type": "qwen2", "sliding_window": 16, "use_sliding_window": true, "max_window_layers": 1,
      "layer_types": types,
    ])
    #expect(qwen.layers.map(\.attention.slidingWindow) == [16, nil])
    #expect(
      qwen.notes == [
        "config.json: layer_types and max_window_layers 1 contradict each other; layer_types is used, as in transformers"
      ])
    let full: JSONValue = ["full_attention", "full_attention"]
    #expect(
      try tiny(["model_type": "mistral", "sliding_window": 16, "layer_types": full]).notes == [
        "config.json: layer_types names full_attention, and sliding_window is 16; the window is used, as in transformers"
      ])
    #expect(
      try tiny(["model_type": "mistral", "sliding_window": 16, "use_sliding_window": false]).notes == [
        "config.json: use_sliding_window is false, and sliding_window is 16; the window is used, as in transformers"
      ])
  }

  @Test(
    "what cannot be is refused",
    arguments: [
      (["model_type": "mistral", "sliding_window": 0], "sliding_window: expected a number of tokens, found 0"),
      (["model_type": "mistral", "sliding_window": "16"], "sliding_window: expected a number of tokens, found '16'"),
      (
        ["model_type": "mistral", "sliding_window": 16, "layer_types": ["full_attention", "sliding_attention"]],
        "layer_types: 'full_attention' contradicts sliding_window, which is that of every layer; "
          + "expected 'sliding_attention'"
      ),
      (
        ["model_type": "mistral", "sliding_window": .null, "layer_types": ["sliding_attention", "sliding_attention"]],
        "layer_types: 'sliding_attention' contradicts sliding_window, which is that of every layer; "
          + "expected 'full_attention'"
      ),
      (
        ["model_type": "qwen3", "layer_types": ["full_attention"]],
        "layer_types has length 1, and num_hidden_layers is 2; expected the same"
      ),
      (
        ["model_type": "qwen2", "sliding_window": 16, "layer_types": ["full_attention", "sliding_attention"]],
        "layer_types: 'sliding_attention' needs use_sliding_window: true and a sliding_window"
      ),
      (
        ["model_type": "qwen2", "layer_types": ["full_attention", "chunked_attention"]],
        "layer_types: 'chunked_attention' is not computed; Attune knows full_attention, sliding_attention"
      ),
      (
        ["model_type": "llama", "sliding_window": 16],
        "sliding_window 16: a llama model has no sliding windows; expected null"
      ),
      (
        ["model_type": "olmo2", "layer_types": ["full_attention", "sliding_attention"]],
        "layer_types: 'sliding_attention' is not computed for olmo2; expected 'full_attention'"
      ),
    ] as [([String: JSONValue], String)])
  func refused(changes: [String: JSONValue], expected: String) throws {
    #expect(try message { try tiny(changes) } == "config.json: " + expected)
  }

  @Test("a window that hides nothing is no reason to refuse a family without windows")
  func wideWindow() throws {
    #expect(try windows(["model_type": "llama", "sliding_window": 64]) == [nil, nil])
  }
}
