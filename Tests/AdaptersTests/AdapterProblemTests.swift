import Adapters
import Testing

/// Settings that do not fit a model: which key, and what would.
@Suite("Adapters that do not fit")
struct AdapterProblemTests {
  private func problems(_ configuration: AdapterConfiguration) throws -> [AdapterProblem] {
    try configuration.problems(for: smallConfiguration())
  }

  private func expect(
    _ configuration: AdapterConfiguration, _ key: String, _ message: String,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    #expect(try problems(configuration) == [AdapterProblem(key, message)], sourceLocation: location)
    #expect(throws: AdapterProblem(key, message), sourceLocation: location) {
      try Adapter(configuration, on: smallModel(), seed: 1)
    }
  }

  @Test("a target that does not exist: the message names the nearest and all others")
  func target() throws {
    try expect(
      .lora(lowRank { $0.targets = .names(["q_proj", "v_prj"]) }), "targets",
      "no linear layer is called 'v_prj'; there are q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, or `all`."
        + " Did you mean 'v_proj'?")
  }

  @Test("a rank above a weight's")
  func rank() throws {
    try expect(
      .lora(lowRank { ($0.rank, $0.targets) = (9, .names(["k_proj"])) }), "rank",
      "9 is more than model.layers.0.self_attn.k_proj has: its weight is 8 × 16; expected at most 8")
    #expect(try problems(.lora(lowRank { ($0.rank, $0.targets) = (16, .names(["q_proj"])) })).isEmpty)
  }

  @Test("layers that do not exist")
  func layers() throws {
    let message = "there is no layer 2: the model has layers 0 to 1"
    try expect(.lora(lowRank { $0.layers = [0, 2] }), "layers", message)
    try expect(.dora(lowRank { $0.layers = [] }), "layers", "the list is empty: name at least one")
  }

  @Test("a prefix or prompt as long as the context")
  func length() throws {
    let message = "64 positions leave no room for text: the model's max_position_embeddings is 64"
    try expect(.prefix(.init(length: 64)), "length", message)
    try expect(.prompt(.init(length: 64)), "length", message)
    #expect(try problems(.prompt(.init(length: 63))).isEmpty)
  }

  @Test("modules that cannot be trained whole, and PiSSA with DoRA")
  func others() throws {
    try expect(
      .lora(lowRank { $0.trainAlso = ["lm_hed"] }), "train_also",
      "'lm_hed' cannot be trained whole; expected some of embed_tokens, lm_head, norm. Did you mean 'lm_head'?")
    try expect(
      .dora(lowRank { $0.initialization = .pissa }), "initialization",
      "pissa goes with method lora; dora starts from the weight itself")
  }
}
