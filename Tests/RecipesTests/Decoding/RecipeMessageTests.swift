import Diagnostics
import Foundation
import Recipes
import Testing

@Suite("What is said about wrong recipes")
struct RecipeMessageTests {
  /// What is reported about the shortest recipe followed by more lines, the first of which is line 4.
  private func report(_ lines: String, overrides: [String] = []) -> String {
    report(whole: shortestRecipe + lines, overrides: overrides)
  }

  private func report(whole text: String, overrides: [String] = []) -> String {
    do {
      _ = try RecipeFile(text: text, path: "x.yaml", overrides: overrides)
      return ""
    } catch let errors as UserErrors {
      #expect(errors.kind == .recipe)
      return errors.description
    } catch {
      return "another error: \(error)"
    }
  }

  @Test("no master weights, where there would be nothing to do without")
  func master() throws {
    #expect(
      report("", overrides: ["model.master=none"]).hasSuffix(
        "model.master: `none` trains weights that are bfloat16 alone: it goes with `precision: bfloat16`."))
    #expect(
      report("", overrides: ["model.master=none", "model.precision=bfloat16", "adapter.method=lora"]).hasSuffix(
        "model.master: `none` goes with full fine-tuning: an adapter's own weights are small and always float32, and the "
          + "model's are only read."))
    #expect(report("", overrides: ["model.master=none", "model.precision=bfloat16"]).isEmpty)
    #expect(report("", overrides: ["optimizer.moments=int8", "adapter.method=lora"]).isEmpty)
  }

  @Test("all mistakes at once, in the order of the lines")
  func several() {
    let text = """
      output: runs/x
      model: {path: nowhere}
      optimizer:
        learning_rte: 1
        betas: [0.9, 1.0]
      training:
        batch_size: eight
        micro_batch_size: 4
      """
    #expect(
      report(whole: text) == """
        x.yaml: data is missing: give data.train, the file with the training records.
        x.yaml:4: optimizer.learning_rte is not a key. Did you mean 'learning_rate'?
        x.yaml:5: optimizer.betas: expected two numbers of at least 0 and less than 1, found [0.9, 1.0].
        x.yaml:7: training.batch_size: expected a whole number of at least 1, found 'eight'.
        """)
  }

  @Test(
    "each mistake by its line and what would be right",
    arguments: [
      ("optimiser: {learning_rate: 1e-4}", "optimiser is not a key. Did you mean 'optimizer'?"),
      ("batch_size: 4", "batch_size is not a key. Did you mean 'training.batch_size'?"),
      ("logging: {seed: 1}", "logging.seed is not a key. 'seed' belongs at the top level, not indented."),
      ("logging: {colour: red}", "logging.colour is not a key. Keys here: every, tensorboard, watts."),
      ("optimizer: {lr: 1e-4}", "optimizer.lr is not a key. Attune calls that 'optimizer.learning_rate'."),
      ("num_train_epochs: 3", "num_train_epochs is not a key. Attune calls that 'training.epochs'."),
      ("adapter: lora", "adapter: expected a section of keys, found 'lora'. Write `adapter: {method: lora}`."),
      (
        "optimizer: {moments: int4}", "optimizer.moments: expected float32 or int8, found 'int4'. Did you mean 'int8'?"
      ),
      (
        "optimizer: {optimizer_in_bwd: true}",
        "optimizer.optimizer_in_bwd is not a key. Attune calls that 'optimizer.in_backward'."
      ),
      (
        "optimizer: {in_backward: true}",
        "optimizer.in_backward: gradients can only be freed where a step is one micro-batch: give "
          + "training.micro_batch_size the batch_size of 8, now it is 4."
      ),
      ("seed: -1", "seed: expected a whole number of at least 0, found -1."),
      ("seed: 1.5", "seed: expected a whole number of at least 0, found 1.5."),
      ("seed: '1'", "seed: expected a whole number of at least 0, found the quoted text '1'."),
      ("seed: 99999999999999999999", "seed: expected a whole number of at least 0, found 99999999999999999999."),
      (
        "training: {batch_size: 2, micro_batch_size: 3}",
        "training.micro_batch_size: is 3, more than the batch_size of 2."
      ),
      ("training: {epochs: 1, steps: 2}", "training.steps: give either `epochs` or `steps`, not both."),
      ("training: {epochs: 0}", "training.epochs: expected a whole number of at least 1, found 0."),
      ("training: [1]", "training: expected a section of keys, found a list."),
      ("training:", "training: expected a section of keys, found nothing."),
      (
        "training: {result: best}",
        "training.result: a held-out set decides which weights are best: give data.held_out as well."
      ),
      (
        "training: {patience: 2}", "training.patience: a held-out set decides when to stop: give data.held_out as well."
      ),
      (
        "evaluation: {generate: true}",
        "evaluation.generate: answers are compared with a held-out set: give data.held_out as well."
      ),
      ("evaluation: {generate: yes}", "evaluation.generate: expected true or false, found 'yes'. Write true."),
      ("evaluation: {prompts: [a, a]}", "evaluation.prompts: 'a' occurs twice in the list."),
      ("optimizer: {learning_rate: 0}", "optimizer.learning_rate: expected a number greater than 0, found 0."),
      ("optimizer: {learning_rate: .nan}", "optimizer.learning_rate: expected a number greater than 0, found '.nan'."),
      ("optimizer: {learning_rate: .inf}", "optimizer.learning_rate: expected a number greater than 0, found '.inf'."),
      (
        "optimizer: {learning_rate: 1e999}", "optimizer.learning_rate: expected a number greater than 0, found '1e999'."
      ),
      (
        "optimizer: {learning_rate: \"3e-4\"}",
        "optimizer.learning_rate: expected a number greater than 0, found the quoted text '3e-4'."
      ),
      ("optimizer: {learning_rate: }", "optimizer.learning_rate: expected a number greater than 0, found nothing."),
      ("optimizer: {betas: 0.9}", "optimizer.betas: expected two numbers, as in [0.9, 0.95]."),
      ("optimizer: {method: adam}", "optimizer.method: expected adamw, found 'adam'. Did you mean 'adamw'?"),
      ("optimizer: {clip_norm: 0}", "optimizer.clip_norm: expected a number greater than 0, found 0."),
      (
        "schedule: {warmup_steps: 1, warmup_fraction: 0.1}",
        "schedule.warmup_fraction: give either `warmup_steps` or `warmup_fraction`, not both."
      ),
      ("schedule: {final_fraction: 1.5}", "schedule.final_fraction: expected a number from 0 to 1, found 1.5."),
      (
        "schedule: {method: cosin}",
        "schedule.method: expected cosine, linear or constant, found 'cosin'. Did you mean 'cosine'?"
      ),
      (
        "adapter: {rank: 8}",
        "adapter.method is missing: give one of lora, dora, prefix, prompt, bottleneck, ia3, bias_norm."
      ),
      (
        "adapter: {method: lorra}",
        "adapter.method: expected lora, dora, prefix, prompt, bottleneck, ia3 or bias_norm, found 'lorra'. Did you mean 'lora'?"
      ),
      ("adapter: {method: lora, rank: 0}", "adapter.rank: expected a whole number of at least 1, found 0."),
      ("adapter: {method: lora, alpha: 0}", "adapter.alpha: expected a number greater than 0, found 0."),
      (
        "adapter: {method: lora, dropout: 1}",
        "adapter.dropout: expected a number of at least 0 and less than 1, found 1."
      ),
      (
        "adapter: {method: lora, layers: [1, -1]}",
        "adapter.layers: expected `all` or a list of different layer numbers, counted from 0."
      ),
      (
        "adapter: {method: lora, targets: []}", "adapter.targets: the list is empty: name at least one layer, or `all`."
      ),
      (
        "adapter: {method: lora, targets: [all, q_proj]}",
        "adapter.targets: write `all` alone, not in a list with names."
      ),
      ("adapter: {method: lora, targets: [q_proj, q_proj]}", "adapter.targets: 'q_proj' occurs twice in the list."),
      ("adapter: {method: lora, targets: {q_proj: 1}}", "adapter.targets: expected a list of texts, found a section."),
      (
        "adapter: {method: prefix, length: 4, rank: 8}",
        "adapter.rank is not a key of method prefix. Keys here: method, length, reparameterization."
      ),
      (
        "adapter: {method: prefix}",
        "adapter.length is missing: give the number of learned positions, as in `length: 10`."
      ),
      (
        "adapter: {method: prefix, length: 4, reparameterization: 512}",
        "adapter.reparameterization: expected {hidden: 512} or none, found 512."
      ),
      (
        "adapter: {method: bottleneck, width: 8, reduction: 4}",
        "adapter.reduction: give either `width` or `reduction`, not both."
      ),
      ("adapter: {method: ia3, targets: [v_proj]}", "adapter.feedforward_targets: 'down_proj' is not among `targets`."),
      ("adapter: {method: bias_norm, rank: 4}", "adapter.rank is not a key of method bias_norm. Keys here: method."),
      ("objective: {method: dpo, beta: 0}", "objective.beta: expected a number greater than 0, found 0."),
      (
        "objective: {method: dpo, label_smoothing: 0.5}",
        "objective.label_smoothing: expected a number of at least 0 and less than 0.5, found 0.5."
      ),
      (
        "objective: {method: dpo, loss: hinge, label_smoothing: 0.1}",
        "objective.label_smoothing: goes with loss sigmoid or robust, not with hinge."
      ),
      ("objective: {method: dpo, normalize: tokens}", "objective.normalize: goes with loss ipo, not with sigmoid."),
      ("objective: {beta: 0.1}", "objective.beta is not a key of method sft. Keys here: method."),
      (
        "objective: {method: ppo}",
        "objective.method: expected sft, dpo, orpo, simpo, kto or reward, found 'ppo'. Did you mean 'dpo'?"
      ),
      (
        "objective: rewards",
        "objective: expected sft, dpo, orpo, simpo, kto or reward, found 'rewards'. Did you mean 'reward'?"
      ),
      ("checkpoint: {every: none}", "checkpoint.every: expected a whole number of at least 1, found 'none'."),
      ("logging: {tensorboard: 1}", "logging.tensorboard: expected true or false, found 1."),
      ("seed: 1\nseed: 2", "seed is given twice: give it once."),
    ])
  func one(lines: String, message: String) {
    #expect(report(lines) == "x.yaml:4: \(message)")
  }

  @Test(
    "mistakes in what must be there",
    arguments: [
      (
        "output: 5\nmodel: {path: m}\ndata: {train: a}",
        "1: output: expected a path, found 5. Write '5' in quotes."
      ),
      ("output: ''\nmodel: {path: m}\ndata: {train: a}", "1: output: expected a path, found an empty one."),
      (
        "output: ~\nmodel: {path: m}\ndata: {train: a}",
        "1: output: expected a path, found nothing. Write '~' in quotes for the home folder."
      ),
      ("output: o\nmodel: {path: }\ndata: {train: a}", "2: model.path: expected a path, found nothing."),
      (
        "output: o\nmodel: {path: m}\ndata: {train: [{path: }]}",
        "3: data.train[0].path: expected a path, found nothing."
      ),
      (
        "output: o\nmodel: {path: 'file:///m%20n'}\ndata: {train: a}",
        "2: model.path: 'file:///m%20n' is a URL; expected a path: '/m n'."
      ),
      (
        "output: o\nmodel: {path: m}\ndata: {train: a, held_out: {b: $DATA/b}}",
        "3: data.held_out.b: '$DATA/b': environment variables are not expanded in paths; write the folder that '$DATA' "
          + "stands for."
      ),
      ("output: \"a\\0b\"\nmodel: {path: m}\ndata: {train: a}", "1: output: the text holds a NUL character."),
      (
        "output: o\nmodel: {}\ndata: {train: a}",
        "2: model.path is missing: give the model's folder, or `configuration` for random weights."
      ),
      (
        "output: o\nmodel: {path: m, configuration: {}}\ndata: {train: a}",
        "2: model.configuration: give either `path` or `configuration`, not both."
      ),
      (
        "output: o\nmodel: {path: m, tokenizer: t}\ndata: {train: a}",
        "2: model.tokenizer: goes with `configuration`; a model at a path brings its own."
      ),
      (
        "output: o\nmodel: {path: m, precision: float16}\ndata: {train: a}",
        "2: model.precision: expected float32 or bfloat16, found 'float16'. Did you mean 'bfloat16'?"
      ),
      (
        "output: o\nmodel: {path: m}\ndata: {held_out: a}",
        "3: data.train is missing: give the file with the training records."
      ),
      (
        "output: o\nmodel: {path: m}\ndata: {train: []}",
        "3: data.train: the list is empty: name at least one file."
      ),
      (
        "output: o\nmodel: {path: m}\ndata: {train: [a/x.jsonl, b/x.jsonl]}",
        "3: data.train[1]: two sources are called 'x': give this one another `name`."
      ),
      (
        "output: o\nmodel: {path: m}\ndata: {train: [{path: a, weight: 1}, b]}",
        "3: data.train: either every source has a weight, or none."
      ),
      (
        "output: o\nmodel: {path: m}\ndata: {train: [{path: a, weight: 1, epochs: 2}]}",
        "3: data.train[0].epochs: give either `weight` or `epochs`, not both."
      ),
      (
        "output: o\nmodel: {path: m}\ndata: {train: [{paht: a}]}",
        "3: data.train[0].path is missing: give the file with the records.\nx.yaml:3: data.train[0].paht is not a key. Did you mean 'path'?"
      ),
      (
        "output: o\nmodel: {path: m}\ndata: {train: a, held_out: {x: }}",
        "3: data.held_out.x: expected a path, found nothing."
      ),
      (
        "output: o\nmodel: {path: m}\ndata: {train: a, template: chatlm}",
        "3: data.template: expected alpaca, chatml, llama2, llama3, zephyr, plain or model, found 'chatlm'. Did you mean 'chatml'?"
      ),
      (
        "output: o\nmodel: {path: m}\ndata: {train: a, columns: {propmt: q}}",
        "3: data.columns.propmt is not a key. Did you mean 'prompt'?"
      ),
      (
        "output: o\nmodel: {path: m}\ndata: {train: a, date: 2026-02-30}",
        "3: data.date: expected a day such as 2026-11-21, found '2026-02-30'."
      ),
    ])
  func required(text: String, message: String) {
    #expect(report(whole: text) == "x.yaml:\(message)")
  }

  @Test(
    "what is not YAML, or more of it than a recipe may use",
    arguments: [
      ("", "x.yaml: is empty; a recipe needs output, model and data."),
      ("# nothing\n", "x.yaml: is empty; a recipe needs output, model and data."),
      ("- a\n- b\n", "1: expected the sections of a recipe (output, model, data, …), found a list."),
      ("output: o\n---\noutput: p\n", "2: begins a second YAML document; a recipe is one."),
      ("output: o\nmodel:\n\tpath: m\n", "3: holds a tab; YAML is indented with spaces."),
      (
        "output: [a, b\n",
        "2: is not valid YAML: did not find expected ',' or ']' while parsing a flow sequence that begins on line 1."
      ),
      ("output: &o runs/x\n", "1: has an anchor (&name), which a recipe may not use."),
      (
        "output: &o runs/x\nmodel: {path: *o}\n",
        "1: looks like an anchor (&name) with aliases (*name), which a recipe may not use: write the value out."
      ),
      ("output: *o\n", "1: is not valid YAML: found undefined alias."),
      (
        "output: !!python/object:os.system x\n",
        "1: has the tag 'tag:yaml.org,2002:python/object:os.system'; a recipe may not use tags."
      ),
      ("? output\n: x\n", "1: begins a key with '?', which a recipe may not use: write 'key: value'."),
      ("[a, b]: x\n", "1: has a key that is not a plain word."),
      ("output: o\u{0}\n", "1: holds the control character 0x0; a recipe is plain text."),
      (
        "output: \(String(repeating: "[", count: 40))\(String(repeating: "]", count: 40))",
        "1: is nested deeper than 32 levels."
      ),
    ])
  func notYAML(text: String, message: String) {
    let found = report(whole: text)
    let expected = message.hasPrefix("x.yaml") ? message : "x.yaml:\(message)"
    #expect(found.split(separator: "\n").contains(Substring(expected)), "\(found)")
  }

  @Test("a recipe file that isn't there, with the one that was meant")
  func missingFile() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("recipes-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try shortestRecipe.write(toFile: "\(folder)/lora.yaml", atomically: false, encoding: .utf8)
    #expect(
      throws: UserErrors([
        .recipe("\(folder)/loar.yaml: there is no such recipe file. Did you mean '\(folder)/lora.yaml'?")
      ])
    ) {
      try RecipeFile(path: "\(folder)/loar.yaml")
    }
    #expect(throws: UserErrors([.recipe("\(folder): is a folder; a recipe is a YAML file.")])) {
      try RecipeFile(path: folder)
    }
    #expect(try RecipeFile(path: "\(folder)/lora.yaml").recipe.output == "runs/short")
  }

  @Test("what is found wrong later can name the line")
  func places() throws {
    let file = try RecipeFile(text: exampleRecipe, path: "lora.yaml", overrides: ["adapter.rank=4"])
    #expect(file.place(of: "adapter.targets") == "lora.yaml:13")
    #expect(file.place(of: "adapter.scaling") == "lora.yaml:8", "a default: the section's line")
    #expect(file.place(of: "adapter.rank") == "override 'adapter.rank=4'")
    #expect(
      file.error(at: "adapter.targets[1]", "there is no 'v_proj' in this model.")
        == .recipe("lora.yaml:13: adapter.targets[1]: there is no 'v_proj' in this model."))
  }
}
