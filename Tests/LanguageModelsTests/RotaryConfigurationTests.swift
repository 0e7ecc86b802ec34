import LanguageModels
import StrictJSON
import Testing

/// Frequencies against transformers 5.23.0, in float32, for heads 16 wide. The program that gave them:
///
///     from transformers import LlamaConfig
///     from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS
///     def frequencies(theta, **rope):
///         config = LlamaConfig(hidden_size=64, num_attention_heads=4, head_dim=16, max_position_embeddings=131072,
///                              rope_parameters={"rope_theta": theta, **rope})
///         return ROPE_INIT_FUNCTIONS[rope["rope_type"]](config, "cpu")[0].tolist()
///     frequencies(10000.0, rope_type="linear", factor=4.0)
///     frequencies(500000.0, rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
///                 original_max_position_embeddings=8192)
///     frequencies(10000.0, rope_type="llama3", factor=32.0, low_freq_factor=1.0, high_freq_factor=4.0,
///                 original_max_position_embeddings=512)
@Suite("Rotary frequencies")
struct RotaryConfigurationTests {
  static let linear = [
    0.25, 0.07905694097280502, 0.02500000037252903, 0.007905694656074047, 0.0024999999441206455,
    0.0007905694656074047, 0.0002500000118743628, 7.905694656074047e-05,
  ]
  static let llama3 = [
    1.0, 0.193922758102417, 0.03760603070259094, 0.00729266507551074, 0.0005248460220173001, 3.428102354519069e-05,
    6.647869668086059e-06, 1.289173155782919e-06,
  ]
  static let shortLlama3 = [
    1.0, 0.3162277638912201, 0.10000000149011612, 0.01709030754864216, 0.0003124999930150807, 9.882118320092559e-05,
    3.125000148429535e-05, 9.882118320092559e-06,
  ]

  private static func llama3(factor: JSONValue, original: JSONValue) -> JSONValue {
    [
      "rope_type": "llama3", "factor": factor, "low_freq_factor": 1, "high_freq_factor": 4,
      "original_max_position_embeddings": original,
    ]
  }

  @Test(
    "scaled as transformers scales them",
    arguments: [
      (10_000, ["rope_type": "linear", "factor": 4], linear),
      (500_000, llama3(factor: 8, original: 8192), llama3),
      (10_000, llama3(factor: 32, original: 512), shortLlama3),
    ] as [(Double, JSONValue, [Double])])
  func scaled(theta: Double, scaling: JSONValue, expected: [Double]) throws {
    let rotary = try tiny(["head_dim": 16, "rope_theta": .double(theta), "rope_scaling": scaling]).attention.rotary
    #expect(rotary.frequencies.count == expected.count)
    for (frequency, reference) in zip(rotary.frequencies, expected) {
      #expect(abs(frequency / reference - 1) < 1e-6)
    }
  }

  @Test(
    "of two bases that contradict each other the nested one decides, and a note says so",
    arguments: ["rope_parameters", "rope_scaling"])
  func contradiction(key: String) throws {
    let both = try tiny(["rope_theta": 500, key: ["rope_theta": 7000, "rope_type": "default"]])
    #expect(both.attention.rotary.theta == 7000)
    #expect(
      both.notes == [
        "config.json: rope_theta is 500 and \(key).rope_theta is 7000; the nested one is used, as in transformers"
      ])
    #expect(try tiny(["rope_theta": 7000, key: ["rope_theta": 7000, "rope_type": "default"]]).notes.isEmpty)
    #expect(try tiny(["rope_theta": 7000, key: ["rope_type": "default"]]).attention.rotary.theta == 7000)
  }

  @Test("of two objects rope_scaling decides, with rope_theta from beside it; an empty one does not count")
  func objects() throws {
    let linear: JSONValue = ["rope_type": "linear", "factor": 2]
    let both = try tiny([
      "rope_theta": 500, "rope_scaling": linear, "rope_parameters": ["rope_type": "default", "rope_theta": 100],
    ])
    #expect(both.attention.rotary == RotaryConfiguration(width: 4, theta: 500, scaling: .linear(factor: 2)))
    #expect(
      both.notes == [
        #"config.json: rope_scaling is {"rope_type":"linear","factor":2} and rope_parameters is "#
          + #"{"rope_type":"default","rope_theta":100}; rope_scaling is used, as in transformers"#
      ])
    let empty = try tiny(["rope_scaling": [:], "rope_parameters": linear])
    #expect(empty.attention.rotary.scaling == .linear(factor: 2) && empty.notes.isEmpty)
  }

  @Test("keys that contradict each other or are not read are named")
  func notes() throws {
    let types = try tiny(["rope_scaling": ["rope_type": "default", "type": "linear", "factor": 2]])
    #expect(types.attention.rotary.scaling == .none)
    #expect(
      types.notes == [
        #"config.json: rope_scaling.rope_type is "default" and rope_scaling.type is "linear"; rope_type is used, as in "#
          + "transformers",
        "config.json: rope_scaling.factor is not read for the type 'default', as in transformers",
      ])
    let outer = try tiny([
      "rope_scaling": Self.llama3(factor: 2, original: 32), "original_max_position_embeddings": 16,
    ])
    #expect(
      outer.attention.rotary.scaling
        == .llama3(factor: 2, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 16))
    #expect(outer.notes.count == 1 && outer.notes[0].contains("the outer one is used"))
    // Where neither names it, max_position_embeddings.
    let absent = try tiny([
      "rope_scaling": ["rope_type": "llama3", "factor": 2, "low_freq_factor": 1, "high_freq_factor": 4]
    ])
    #expect(
      absent.attention.rotary.scaling
        == .llama3(factor: 2, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 64))
  }

  @Test("rope_theta beside rope_scaling, `type` for `rope_type`, and rope_parameters say the same")
  func spellings() throws {
    let old = try tiny(["rope_theta": 5000, "rope_scaling": ["type": "linear", "factor": 2]])
    let new = try tiny(["rope_parameters": ["rope_theta": 5000, "rope_type": "linear", "factor": 2]])
    #expect(old.attention.rotary == RotaryConfiguration(width: 4, theta: 5000, scaling: .linear(factor: 2)))
    #expect(new.attention.rotary == old.attention.rotary)
    #expect(try tiny(["rope_scaling": .null]).attention.rotary == RotaryConfiguration(width: 4))
    #expect(try tiny(["rope_parameters": ["rope_theta": 7, "rope_type": "default"]]).attention.rotary.theta == 7)
  }

  @Test("what is not computed or not complete is refused by name")
  func refused() throws {
    #expect(
      try message { try tiny(["rope_scaling": ["rope_type": "lama3", "factor": 2]]) }
        == "config.json: rope_scaling: the type 'lama3' is not computed; Attune knows default, linear, llama3."
        + " Did you mean 'llama3'?")
    #expect(try message { try tiny(["rope_scaling": ["rope_type": "yarn", "factor": 2]]) }.contains("'yarn'"))
    #expect(
      try message { try tiny(["rope_scaling": ["rope_type": "linear"]]) }
        == "config.json: rope_scaling: the key 'factor' is missing.")
    #expect(
      try message { try tiny(["rope_scaling": ["rope_type": "linear", "factor": 0]]) }
        == "config.json: rope_scaling: factor must be above 0")
    #expect(try message { try tiny(["rope_scaling": "linear"]) } == "config.json: rope_scaling: expected an object")
    #expect(try message { try tiny(["rope_theta": 0]) } == "config.json: rope_theta must be above 0")
    #expect(
      try message { try tiny(["rope_parameters": ["rope_theta": .null]]) }
        == "config.json: rope_parameters: rope_theta: expected a number of at least 0, found null")
    #expect(
      try message { try tiny(["rope_parameters": ["full_attention": ["rope_theta": 7]]]) }
        == "config.json: rope_parameters: 'full_attention' is an object; expected one set of parameters for all layers")
    #expect(
      try message { try tiny(["rope_parameters": ["rope_type": "default", "partial_rotary_factor": 0.5]]) }
        .contains("rope_parameters: partial_rotary_factor 0.5 is not computed"))
  }
}
