import Adapters
import Autodiff
import LanguageModels
import Tensors
import Testing

/// How many weights an adapter has, by arithmetic.
@Suite("Parameter counts")
struct ParameterCountTests {
  /// GPT-2 medium's attention as a Llama: 24 layers, width 1024, 16 heads. Weights of one shape are one tensor of zeros.
  private func mediumModel() throws -> LanguageModel {
    let configuration = try smallConfiguration([
      "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16,
      "num_key_value_heads": 16,
    ])
    var zeros: [Shape: Variable] = [:]
    return LanguageModel(configuration) { weight in
      let variable = zeros[weight.shape] ?? Variable(Tensor.zeros(weight.shape))
      zeros[weight.shape] = variable
      return variable
    }
  }

  @Test("LoRA of rank 4 on queries and values of GPT-2 medium: 24 · 2 · 4 · (1024 + 1024) = 393,216")
  func lora() throws {
    let settings = lowRank { $0.targets = .names(["q_proj", "v_proj"]) }
    #expect(try Adapter(.lora(settings), on: mediumModel(), seed: 1).parameterCount == 393_216)
  }

  @Test("a prefix of 7 positions on GPT-2 medium: 24 · 2 · 7 · 1024 = 344,064, with or without its network when done")
  func prefix() throws {
    var settings = PrefixTuning(length: 7)
    settings.reparameterizationHidden = nil
    let model = try mediumModel()
    #expect(try Adapter(.prefix(settings), on: model, seed: 1).parameterCount == 344_064)
    settings.reparameterizationHidden = 8
    let trained = try Adapter(.prefix(settings), on: model, seed: 1)
    // E, W₁ and b₁, W₂ and b₂.
    #expect(trained.parameterCount == 7 * 1024 + (8 * 1024 + 8) + (49_152 * 8 + 49_152))
    #expect(trained.result.tensors.map(\.value.count) == [344_064])
  }

  @Test("the other methods on a model of width 16, two layers, two of four heads for keys and values")
  func others() throws {
    let model = try smallModel()
    func count(_ configuration: AdapterConfiguration) throws -> Int {
      try Adapter(configuration, on: model, seed: 1).parameterCount
    }
    // Rank 4 beside q, k, v, o, gate, up, down.
    let lora = 2 * 4 * (32 + 24 + 24 + 32 + 3 * 40)
    #expect(try count(.lora(lowRank())) == lora)
    // A magnitude for each output.
    #expect(try count(.dora(lowRank())) == lora + 2 * (16 + 8 + 8 + 16 + 24 + 24 + 16))
    #expect(try count(.prompt(.init(length: 5))) == 5 * 16)
    // A bottleneck of four units: 16 · 4 + 4 and 4 · 16 + 16.
    #expect(try count(bottleneck(.houlsby)) == 2 * 2 * 148)
    #expect(try count(bottleneck(.pfeiffer)) == 2 * 148)
    #expect(try count(bottleneck(.parallel)) == 2 * 148)
    // Outputs of k and v, inputs of down.
    #expect(try count(.ia3(.init())) == 2 * (8 + 8 + 24))
    #expect(try count(.biasNorm) == 5 * 16)
  }
}
