import Adapters
import InstructionData
import Recipes
import StrictJSON
import Testing

@Suite("The resolved copy of a recipe")
struct ResolvedRecipeTests {
  @Test("holds every default, in the order of the documentation")
  func text() throws {
    #expect(
      try RecipeFile(text: shortestRecipe, path: "x.yaml").recipe.resolvedYAML == """
        output: runs/short
        seed: 42
        model:
          path: models/tiny
          precision: float32
          master: float32
          activation_checkpointing: none
        adapter: null
        objective:
          method: sft
        data:
          train:
            - {path: train.jsonl, name: train}
          held_out: {}
          template: null
          template_options: {}
          lost_parts: error
          train_on: completion
          max_length: 512
          length_policy: error
          packing: true
          share_prefixes: true
          shuffle: true
          share: 1.0
          columns: {}
          date: null
        optimizer:
          method: adamw
          learning_rate: 0.0003
          betas: [0.9, 0.95]
          epsilon: 1.0e-08
          weight_decay: 0.1
          clip_norm: 1.0
          moments: float32
          in_backward: false
        schedule:
          method: cosine
          warmup_steps: 20
          final_fraction: 0.1
        training:
          epochs: 3
          batch_size: 8
          micro_batch_size: 4
          result: last
          max_skipped: 10
          patience: none
        evaluation:
          every: 50
          generate: false
          prompts: []
          max_new_tokens: 128
        checkpoint:
          every: 100
          keep: 2
        logging:
          every: 1
          tensorboard: true
          watts: none

        """)
  }

  @Test("decodes back to an equal recipe", arguments: Self.recipes.indices)
  func roundTrip(position: Int) throws {
    let recipe = Self.recipes[position]
    let text = recipe.resolvedYAML
    #expect(try RecipeFile(text: text, path: "resolved.yaml").recipe == recipe, "\(text)")
    #expect(try RecipeFile(text: text, path: "resolved.yaml").recipe.resolvedYAML == text)
  }

  /// A recipe for every adapter, objective and form of a value, and texts that mean something to YAML.
  static let recipes: [Recipe] = {
    let plain = Recipe(
      output: "o", model: .init(source: .path("m")), data: .init(train: [.init(name: "train", path: "train.jsonl")]))
    func changed(_ change: (inout Recipe) -> Void) -> Recipe {
      var recipe = plain
      change(&recipe)
      return recipe
    }
    let strange = [
      "yes", "null", "1e-4", "./~", "a: b", "- x", "#no", "a #b", "'", "\"", "\\", " x ", "line\nbreak\ttab", "é😀中",
      "&anchor *alias", "? key", "!tag", "%", "@", "`", "{", "\u{7F}\u{85}\u{2028}\u{FEFF}\u{1}", "C:\\x", "=", "<<",
    ]
    var lowRank = LoRA()
    lowRank.layers = [0, 2]
    lowRank.trainAlso = ["lm_head"]
    lowRank.targets = .all
    lowRank.alpha = 1e-7
    var prefix = PrefixTuning(length: 3)
    prefix.reparameterizationHidden = nil
    var prompt = PromptTuning(length: 3)
    prompt.initialText = "Say yes: now"
    var bottleneck = BottleneckAdapters()
    bottleneck.width = .units(4)
    let adapters: [Recipe.Adapter] = [
      .lora(lowRank), .dora(.init()), .prefix(prefix), .prefix(.init(length: 9)), .prompt(prompt),
      .prompt(.init(length: 2)), .bottleneck(bottleneck), .bottleneck(.init()), .ia3(.init()), .biasNorm,
    ]
    var dpo = Recipe.Objective.DPO()
    dpo.reference = "models/reference"
    let objectives: [Recipe.Objective] = [
      .sft, .dpo(dpo), .orpo(beta: 0.25), .simpo(.init()), .kto(.init()), .reward,
    ]
    let others = [
      changed { recipe in
        recipe.evaluation.prompts = strange
        recipe.data.columns = ["prompt": "a: b", "completion": "yes"]
        recipe.data.date = CalendarDay("2024-02-29")
        recipe.data.template = .chatml
        recipe.data.heldOut = strange.map { .init(name: $0, path: $0) }
        recipe.data.train = [
          .init(name: "a", path: "a b.jsonl", share: .weight(0.5)), .init(name: "1", path: "-", share: .weight(1e22)),
        ]
      },
      changed { recipe in
        recipe.data.train = [.init(name: "a", path: "a", share: .epochs(2.5)), .init(name: "b", path: "b")]
        recipe.data.heldOut = [.init(name: "h", path: "h")]
        recipe.training.result = .best
        recipe.training.patience = 4
        recipe.logging.watts = 45.5
        recipe.data.share = 0.25
        recipe.training.length = .steps(7)
        recipe.schedule.warmup = .fraction(0.03)
        recipe.optimizer.clipNorm = nil
        recipe.evaluation.generate = true
      },
      changed { recipe in
        let configuration: JSONValue = [
          "hidden_size": 64, "rope_scaling": ["rope_type": "llama3", "factor": 8.0], "empty": [:], "list": [],
          "eos_token_id": [1, 2], "rms_norm_eps": 1e-05, "rope_theta": 500000.0, "head_dim": .null, "tie": true,
          "on": "no",
        ]
        if let object = configuration.objectValue {
          recipe.model.source = .configuration(object, tokenizer: "t.json")
        }
      },
    ]
    return others + adapters.map { adapter in changed { $0.adapter = adapter } }
      + objectives.map { objective in changed { $0.objective = objective } }
  }()

  @Test("two recipes are compared key by key, defaults filled in")
  func differences() throws {
    let old = try RecipeFile(text: shortestRecipe, path: "x.yaml").recipe
    let new = try RecipeFile(
      text: shortestRecipe, path: "x.yaml",
      overrides: ["optimizer.learning_rate=1e-4", "training.steps=5", "adapter.method=ia3"]
    ).recipe
    #expect(
      new.differences(from: old) == [
        .init(keyPath: "adapter.method", old: nil, new: "ia3"),
        .init(keyPath: "adapter.targets", old: nil, new: "[k_proj, v_proj, down_proj]"),
        .init(keyPath: "adapter.feedforward_targets", old: nil, new: "[down_proj]"),
        .init(keyPath: "optimizer.learning_rate", old: "0.0003", new: "0.0001"),
        .init(keyPath: "training.steps", old: nil, new: "5"),
        .init(keyPath: "adapter", old: "null", new: nil),
        .init(keyPath: "training.epochs", old: "3", new: nil),
      ])
    #expect(old.differences(from: old).isEmpty)
  }
}
