import Adapters
import Autodiff
import LanguageModels
import Optimization
import StrictJSON
import Tensors
import Testing

/// LoRA's settings, and LoRA+.
@Suite("LoRA's settings")
struct LowRankTests {
  @Test("names and `layers` choose the layers that change")
  func places() throws {
    let settings = lowRank { ($0.targets, $0.layers) = (.names(["v_proj", "mlp.down_proj"]), [1]) }
    let adapter = try Adapter(.lora(settings), on: smallModel(), seed: 1)
    #expect(
      adapter.attachments.linears.keys.sorted() == ["model.layers.1.mlp.down_proj", "model.layers.1.self_attn.v_proj"])
    #expect(
      adapter.tensors.map(\.name) == [
        "base_model.model.model.layers.1.self_attn.v_proj.lora_A.weight",
        "base_model.model.model.layers.1.self_attn.v_proj.lora_B.weight",
        "base_model.model.model.layers.1.mlp.down_proj.lora_A.weight",
        "base_model.model.model.layers.1.mlp.down_proj.lora_B.weight",
      ])
  }

  @Test("the change is α / r, or α / √r, times B A", arguments: LoRA.Scaling.allCases)
  func scale(scaling: LoRA.Scaling) throws {
    let change = try change(lowRank { $0.scaling = scaling }, of: "model.layers.0.self_attn.q_proj")
    #expect(difference(change.found, change.product.map { $0 * (scaling == .standard ? 2 : 4) }) < 1e-5)
  }

  @Test("a layer's own rank and α take precedence")
  func patterns() throws {
    let settings = lowRank {
      ($0.rankPattern, $0.alphaPattern) = (["layers.1.self_attn.q_proj": 2, "down_proj": 3], ["q_proj": 12])
    }
    let adapter = try Adapter(.lora(settings), on: smallModel(), seed: 1)
    func rank(_ layer: String) -> Int? {
      adapter.tensors.first { $0.name.hasSuffix(layer + ".lora_A.weight") }?.variable.shape[0]
    }
    #expect(rank("layers.0.self_attn.q_proj") == 4)
    #expect(rank("layers.1.self_attn.q_proj") == 2)
    #expect(rank("layers.0.mlp.down_proj") == 3)
    #expect(rank("layers.0.mlp.up_proj") == 4)
    for (name, scale) in [
      ("layers.0.self_attn.q_proj", 3), ("layers.1.self_attn.q_proj", 6), ("layers.0.mlp.up_proj", 2),
    ] {
      let change = try change(settings, of: "model." + name)
      #expect(difference(change.found, change.product.map { $0 * Float(scale) }) < 1e-5, "\(name)")
    }
  }

  @Test("LoRA+: the first step moves B by the ratio further than A")
  func learningRateRatio() throws {
    let model = try smallModel()
    let adapter = try Adapter(.lora(lowRank { $0.learningRateRatio = 16 }), on: model, seed: 1)
    adapter.stir()
    model.attachments = adapter.attachments
    let before = adapter.parameters.map { $0.variable.value.array }
    model.loss(sequences).backward()
    // AdamW's first step is the learning rate itself, whatever the gradient is.
    var optimizer = AdamW(epsilon: 1e-12, weightDecay: 0)
    optimizer.step(adapter.parameters, learningRate: 1e-4, gradientScale: 1)
    for (parameter, before) in zip(adapter.parameters, before) {
      let moved = difference(parameter.variable.value.array, before)
      #expect(abs(moved / (parameter.name.contains("lora_B") ? 16e-4 : 1e-4) - 1) < 0.01, "\(parameter.name): \(moved)")
    }
  }

  /// What a stirred adapter adds to a layer's weight, `[in, out]`, and B A, transposed alike.
  private func change(
    _ settings: LoRA, of name: String
  ) throws -> (found: [Float], product: [Float]) {
    let model = try smallModel()
    let adapter = try Adapter(.lora(settings), on: model, seed: 1)
    adapter.stir()
    let linear = try #require(model.linears.first { $0.linear.name == name }).linear
    let attached = try #require(adapter.attachments.linears[name])
    func tensor(_ part: String) throws -> Variable {
      try #require(adapter.tensors.first { $0.name.hasSuffix("\(name).\(part).weight") }).variable
    }
    let (a, b) = (try tensor("lora_A"), try tensor("lora_B"))
    return withoutGradients {
      let identity = identity(linear.inputs)
      let found = attached.apply(linear, to: identity, Pass(dropoutSeed: nil)) - linear(identity)
      return (found.value.array, matrixProduct(b, a).transposed().value.array)
    }
  }
}

/// `[n, n]`: through a layer without biases it shows the weight.
func identity(_ n: Int) -> Variable {
  Variable(Tensor((0..<n * n).map { $0 / n == $0 % n ? 1 : 0 }, [n, n]))
}
