import Adapters
import Recipes
import StrictJSON
import Testing

@Suite("Decoding recipes")
struct RecipeDecodingTests {
  @Test("the example of the documentation, whose values are the defaults")
  func example() throws {
    let recipe = try RecipeFile(text: exampleRecipe, path: "lora.yaml").recipe
    var expected = Recipe(
      output: "runs/lora", model: .init(source: .path("data/models/tiny")),
      data: .init(train: [.init(name: "train", path: "data/instructions/train.jsonl")]))
    expected.adapter = .lora(.init())
    expected.data.heldOut = [.init(name: "held-out", path: "data/instructions/held-out.jsonl")]
    expected.data.template = .model
    #expect(recipe == expected)
    #expect(recipe.optimizer.learningRate == 3e-4)
    #expect(recipe.schedule.warmup == .steps(20))
    #expect(recipe.training.length == .epochs(3))
    #expect(recipe.data.trainOn == .completion)
  }

  @Test("the shortest recipe has defaults for the rest: every weight, supervised, no held-out set")
  func shortest() throws {
    let recipe = try RecipeFile(text: shortestRecipe, path: "short.yaml").recipe
    #expect(recipe.adapter == nil)
    #expect(recipe.objective == .sft)
    #expect(recipe.data.heldOut.isEmpty)
    #expect(recipe.data.template == nil)
    #expect(recipe.seed == 42)
  }

  @Test("numbers in the ways that people write them")
  func numbers() throws {
    let recipe = try RecipeFile(
      text: shortestRecipe + """
        optimizer: {learning_rate: 1e-4, epsilon: .5E-8, weight_decay: 0, clip_norm: none, betas: [.9, 9.5e-1]}
        training: {steps: 2e3, batch_size: 2}
        schedule: {warmup_fraction: 0.05}
        """, path: "numbers.yaml"
    ).recipe
    #expect(recipe.optimizer.learningRate == 1e-4)
    #expect(recipe.optimizer.epsilon == 0.5e-8)
    #expect(recipe.optimizer.weightDecay == 0)
    #expect(recipe.optimizer.clipNorm == nil)
    #expect(recipe.optimizer.beta2 == 0.95)
    #expect(recipe.training.length == .steps(2000))
    #expect(recipe.training.microBatchSize == 2, "never more than the batch")
    #expect(recipe.schedule.warmup == .fraction(0.05))
  }

  @Test("random weights in the shape of a configuration")
  func configuration() throws {
    let recipe = try RecipeFile(
      text: """
        output: runs/pretrain
        model:
          configuration:
            model_type: llama
            hidden_size: 128
            rms_norm_eps: 1e-5
            tie_word_embeddings: true
            rope_scaling: null
            architectures: [LlamaForCausalLM]
          tokenizer: data/tokenizer.json
        data: {train: corpus.txt, length_policy: split}
        """, path: "pretrain.yaml"
    ).recipe
    guard case .configuration(let object, let tokenizer) = recipe.model.source else {
      Issue.record("no configuration")
      return
    }
    #expect(object.keys.first == "model_type")
    #expect(object["hidden_size"]?.intValue == 128)
    #expect(object["rms_norm_eps"]?.doubleValue == 1e-5)
    #expect(object["tie_word_embeddings"] == true)
    #expect(object["rope_scaling"] == .null)
    #expect(object["architectures"] == ["LlamaForCausalLM"])
    #expect(tokenizer == "data/tokenizer.json")
  }

  @Test("sources in all their forms")
  func sources() throws {
    func data(_ text: String) throws -> Recipe.Data {
      try RecipeFile(text: "output: o\nmodel: {path: m}\ndata: \(text)", path: "sources.yaml").recipe.data
    }
    #expect(try data("{train: [a/x.jsonl, y.json]}").train.map(\.name) == ["x", "y"])
    #expect(
      try data("{train: [{path: a.jsonl, weight: 0.7}, {path: b.jsonl, name: bee, weight: 3}]}").train == [
        .init(name: "a", path: "a.jsonl", share: .weight(0.7)), .init(name: "bee", path: "b.jsonl", share: .weight(3)),
      ])
    #expect(
      try data("{train: [{path: a.jsonl, epochs: 2}, b.jsonl]}").train.map(\.share) == [.epochs(2), .once])
    #expect(
      try data("{train: a.jsonl, held_out: {dates: d.jsonl, sums: s.jsonl}}").heldOut == [
        .init(name: "dates", path: "d.jsonl"), .init(name: "sums", path: "s.jsonl"),
      ])
    #expect(
      try data("{train: a.jsonl, columns: {prompt: question, completion: answer}}").columns
        == ["prompt": "question", "completion": "answer"])
  }

  @Test("every adapter with its keys")
  func adapters() throws {
    func adapter(_ text: String) throws -> Recipe.Adapter? {
      try RecipeFile(text: shortestRecipe + "adapter: \(text)", path: "adapters.yaml").recipe.adapter
    }
    var lowRank = LoRA()
    lowRank.rank = 4
    lowRank.targets = .all
    lowRank.layers = [0, 3]
    lowRank.scaling = .rankStabilized
    lowRank.initialization = .pissa
    lowRank.learningRateRatio = 16
    lowRank.trainAlso = ["embed_tokens", "lm_head"]
    let keys =
      "rank: 4, targets: all, layers: [0, 3], scaling: rank_stabilized, initialization: pissa, "
      + "learning_rate_ratio: 16, train_also: [embed_tokens, lm_head]"
    #expect(try adapter("{method: lora, \(keys)}") == .lora(lowRank))
    #expect(try adapter("{method: dora, \(keys)}") == .dora(lowRank))

    var prefix = PrefixTuning(length: 6)
    #expect(prefix.reparameterizationHidden == 512)
    #expect(try adapter("{method: prefix, length: 6}") == .prefix(prefix))
    prefix.reparameterizationHidden = nil
    #expect(try adapter("{method: prefix, length: 6, reparameterization: none}") == .prefix(prefix))
    prefix.reparameterizationHidden = 64
    #expect(try adapter("{method: prefix, length: 6, reparameterization: {hidden: 64}}") == .prefix(prefix))

    var prompt = PromptTuning(length: 8)
    prompt.initialText = "Answer: yes or no?"
    #expect(try adapter("{method: prompt, length: 8, initial_text: 'Answer: yes or no?'}") == .prompt(prompt))

    var bottleneck = BottleneckAdapters()
    #expect(try adapter("{method: bottleneck}") == .bottleneck(bottleneck))
    bottleneck.placement = .houlsby
    bottleneck.width = .units(48)
    bottleneck.activation = .gelu
    bottleneck.trainNorms = true
    #expect(
      try adapter("{method: bottleneck, placement: houlsby, width: 48, activation: gelu, train_norms: true}")
        == .bottleneck(bottleneck))

    var scales = IA3()
    #expect(try adapter("{method: ia3}") == .ia3(scales))
    scales.targets = .names(["v_proj"])
    scales.feedforwardTargets = []
    #expect(try adapter("{method: ia3, targets: [v_proj], feedforward_targets: []}") == .ia3(scales))

    #expect(try adapter("{method: bias_norm}") == .biasNorm)
    #expect(try adapter("null") == nil)
  }

  @Test("every objective with its keys")
  func objectives() throws {
    func objective(_ text: String) throws -> Recipe.Objective {
      try RecipeFile(text: shortestRecipe + "objective: \(text)", path: "objectives.yaml").recipe.objective
    }
    var dpo = Recipe.Objective.DPO()
    #expect(try objective("{method: dpo}") == .dpo(dpo))
    dpo.beta = 0.2
    dpo.loss = .ipo
    dpo.normalize = .tokens
    dpo.reference = "models/sft"
    dpo.sftWeight = 0.5
    #expect(
      try objective("{method: dpo, beta: 0.2, loss: ipo, normalize: tokens, reference: models/sft, sft_weight: 0.5}")
        == .dpo(dpo))
    #expect(try objective("{method: orpo, beta: 0.3}") == .orpo(beta: 0.3))
    var simpo = Recipe.Objective.SimPO()
    simpo.gamma = 1.4
    #expect(try objective("{method: simpo, gamma: 1.4}") == .simpo(simpo))
    var kto = Recipe.Objective.KTO()
    kto.undesirableWeight = 1.33
    #expect(try objective("{method: kto, undesirable_weight: 1.33}") == .kto(kto))
    #expect(try objective("reward") == .reward)
  }

  @Test("evaluation with answers and prompts, patience, the best weights")
  func evaluation() throws {
    let recipe = try RecipeFile(
      text: """
        output: o
        model: {path: m}
        data: {train: a.jsonl, held_out: b.jsonl}
        training: {result: best, patience: 3, max_skipped: 5}
        evaluation:
          every: 10
          generate: true
          max_new_tokens: 24
          prompts:
            - "Who are you?"
            - What is 2 + 3?
        """, path: "evaluation.yaml"
    ).recipe
    #expect(recipe.evaluation.generate)
    #expect(recipe.evaluation.maximumNewTokens == 24)
    #expect(recipe.evaluation.prompts == ["Who are you?", "What is 2 + 3?"])
    #expect(recipe.training.result == .best)
    #expect(recipe.training.patience == 3)
    #expect(recipe.training.maximumSkipped == 5)
  }
}
