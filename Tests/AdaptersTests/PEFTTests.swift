import Adapters
import Checkpoints
import Foundation
import LanguageModels
import StrictJSON
import Tensors
import TestSupport
import Testing

/// Adapters between Attune and PEFT, both ways, on small random models.
@Suite(
  "PEFT and Attune read each other's adapters",
  .enabled(if: Python.isThere, "ATTUNE_PYTHON names no Python with torch, transformers and PEFT"))
struct PEFTTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("the same logits within 1e-4", arguments: SampleModel.allCases)
  func bothWays(_ kind: SampleModel) throws {
    let model = try kind.make()
    try kind.write(model, to: folder["base"])
    let samples = SampleAdapter.all.filter { !["bottleneck", "bias_norm"].contains($0.configuration.method) }
    for sample in samples {
      let contents = ModelContents(kind: .adapter, configuration: "")
      try sample.trained(on: model).result.write(
        to: folder["attune/\(sample.name)"], contents, for: model.configuration)
    }
    let tokens = SampleModel.tokens.map(String.init).joined(separator: ",")
    let run = try Python.run(Self.script, arguments: [folder.url.path, tokens], in: folder.url)
    try #require(run.status == 0, "\(run.errors)")

    let logits = try JSONValue(parsing: Data(contentsOf: folder["logits.json"]))
    func expectEqual(_ name: String) throws {
      let expected = try #require(logits[name]?.numbers.map(Float.init), "\(name)")
      model.attachments = try Adapter(.adapter(at: folder[name]), on: model) { nil }.attachments
      let found = model.logits(of: SampleModel.tokens)
      #expect(largestDifference(found, Tensor(expected, found.shape)) < 1e-4, "\(name) on the \(kind.rawValue) model")
    }
    for sample in samples { try expectEqual("attune/\(sample.name)") }
    let written = try FileManager.default.contentsOfDirectory(atPath: folder["peft"].path)
    #expect(written.count >= 10)
    for name in written.sorted() { try expectEqual("peft/\(name)") }
  }

  /// Loads what Attune wrote under `attune/`, and writes adapters of PEFT's own under `peft/`; all logits into a file.
  private static let script = """
    import json, os, sys, torch
    from transformers import AutoModelForCausalLM
    from peft import IA3Config, LoraConfig, PeftModel, PrefixTuningConfig, PromptTuningConfig, get_peft_model

    folder, tokens = sys.argv[1], torch.tensor([[int(t) for t in sys.argv[2].split(",")]])
    def base():
        return AutoModelForCausalLM.from_pretrained(os.path.join(folder, "base"), dtype=torch.float32)
    def logits(model):
        model.eval()
        with torch.no_grad():
            return model(input_ids=tokens, attention_mask=torch.ones_like(tokens)).logits[0, -tokens.shape[1]:].tolist()
    found = {}
    for name in os.listdir(os.path.join(folder, "attune")):
        path = os.path.join(folder, "attune", name)
        found["attune/" + name] = logits(PeftModel.from_pretrained(base(), path))
    every = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    configurations = {
        "lora": LoraConfig(r=4, lora_alpha=8),
        "all": LoraConfig(r=4, lora_alpha=8, target_modules="all-linear"),
        "rslora": LoraConfig(r=4, lora_alpha=8, use_rslora=True, target_modules=every),
        "dora": LoraConfig(r=4, lora_alpha=8, use_dora=True, target_modules=every),
        "pattern": LoraConfig(r=4, lora_alpha=8, target_modules=every, rank_pattern={"q_proj": 2, "1.mlp.up_proj": 3},
                              alpha_pattern={"v_proj": 3.5, "layers.0.self_attn.v_proj": 9, "layers.0.mlp.down_proj": 20}),
        "order": LoraConfig(r=4, lora_alpha=8, target_modules=every,
                            alpha_pattern={r"layers\\.[01]\\..*_proj": 5, "v_proj": 3, ".*o_proj|.*q_proj": 2}),
        "layers": LoraConfig(r=4, lora_alpha=8, target_modules=every, layers_to_transform=[1]),
        "regex": LoraConfig(r=4, lora_alpha=8, target_modules=r".*layers\\.0\\..*_proj"),
        "norm": LoraConfig(r=4, lora_alpha=8, modules_to_save=["model.norm"]),
        "embedding": LoraConfig(r=4, lora_alpha=8, modules_to_save=["embed_tokens"]),
        "both": LoraConfig(r=4, lora_alpha=8, modules_to_save=["embed_tokens", "lm_head"]),
        "tied": LoraConfig(r=4, lora_alpha=8, modules_to_save=["embed_tokens"], ensure_weight_tying=True),
        "ia3": IA3Config(),
        "prefix": PrefixTuningConfig(num_virtual_tokens=5),
        "projected": PrefixTuningConfig(num_virtual_tokens=5, prefix_projection=True, encoder_hidden_size=16),
        "prompt": PromptTuningConfig(num_virtual_tokens=5),
    }
    from peft.utils import TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING
    if base().config.model_type not in TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING:
        # PEFT has no default targets for this family.
        for configuration in configurations.values():
            if isinstance(configuration, LoraConfig) and configuration.target_modules is None:
                configuration.target_modules = {"q_proj", "v_proj"}
        configurations["ia3"] = IA3Config(
            target_modules=["k_proj", "v_proj", "down_proj"], feedforward_modules=["down_proj"])
    torch.manual_seed(1)
    for name, configuration in configurations.items():
        configuration.task_type = "CAUSAL_LM"
        model = get_peft_model(base(), configuration)
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.requires_grad:
                    parameter.add_(0.05 * torch.randn_like(parameter))
        model.save_pretrained(os.path.join(folder, "peft", name))
        # What PEFT itself reads back.
        found["peft/" + name] = logits(PeftModel.from_pretrained(base(), os.path.join(folder, "peft", name)))
    json.dump(found, open(os.path.join(folder, "logits.json"), "w"))
    """
}
