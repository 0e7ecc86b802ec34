import Adapters
import Autodiff
import Foundation
import LanguageModels
import StrictJSON
import Tensors
import TestSupport
import Testing

/// An adapter of PEFT's and the losses that PEFT 0.21.2 computes with it, in float32 on the CPU.
struct StoredCase: Sendable, CustomTestStringConvertible {
  let adapter: StoredAdapter
  /// PEFT's losses by the kind of model.
  let losses: [SampleModel: Double]

  var testDescription: String { adapter.name }

  init(
    _ name: String, _ losses: [SampleModel: Double], type: String = "LORA",
    _ tensors: [(name: String, shape: [Int])], _ configuration: String
  ) {
    let rank = type == "LORA" ? #""r": 4, "lora_alpha": 8, "# : ""
    adapter = StoredAdapter(name: name, configuration: rank + configuration, tensors: tensors, type: type)
    self.losses = losses
  }
}

@Suite("What PEFT loads")
struct StoredAdapterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The mean loss of the sample tokens, as training computes it: head and cross-entropy in one.
  private func loss(_ model: LanguageModel) -> Double {
    let (tokens, rows) = (SampleModel.tokens, Array(0..<SampleModel.tokens.count - 1))
    let losses = withoutGradients {
      model.losses(model.states(SequenceLayout([tokens])), rows: rows, targets: Array(tokens.dropFirst())).losses
    }
    return losses.value.array.reduce(0) { $0 + Double($1) } / Double(rows.count)
  }

  /// The same from logits, as generation computes them.
  private func lossOfLogits(_ model: LanguageModel) -> Double {
    let tokens = SampleModel.tokens
    let (logits, width) = (model.logits(of: tokens).array, model.configuration.vocabularySize)
    let sum = (0..<tokens.count - 1).reduce(0.0) { sum, row in
      let z = logits[row * width..<(row + 1) * width].map(Double.init)
      return sum + log(z.reduce(0) { $0 + exp($1) }) - z[Int(tokens[row + 1])]
    }
    return sum / Double(tokens.count - 1)
  }

  @Test("gives PEFT's loss, in training's form and in generation's", arguments: StoredCase.all)
  func golden(_ stored: StoredCase) throws {
    for (kind, expected) in stored.losses.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let model = try kind.make()
      try stored.adapter.attach(to: model, in: folder)
      #expect(abs(loss(model) - expected) < 1e-4, "\(kind.rawValue): \(loss(model))")
      #expect(abs(lossOfLogits(model) - expected) < 1e-4, "\(kind.rawValue)")
    }
  }

  @Test("gives nearly the same in bfloat16", arguments: StoredCase.all)
  func bfloat16(_ stored: StoredCase) throws {
    for (kind, expected) in stored.losses.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let model = try kind.make(precision: .bfloat16)
      try stored.adapter.attach(to: model, in: folder)
      #expect(abs(loss(model) / expected - 1) < 0.02, "\(kind.rawValue): \(loss(model)), not \(expected)")
    }
  }

  @Test("is the same when merged, with embedding and head apart where they now differ", arguments: StoredCase.all)
  func merged(_ stored: StoredCase) throws {
    for kind in stored.losses.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
      let model = try kind.make()
      try stored.adapter.write(to: folder["merged \(stored.adapter.name) \(kind.rawValue)"])
      let adapter = try Adapter(
        .adapter(at: folder["merged \(stored.adapter.name) \(kind.rawValue)"]), on: model
      ) { nil }
      guard adapter.configuration.reasonAgainstMerging == nil else { continue }
      let merged = MergedWeights(model, adapter)
      guard merged.layerWithoutBias == nil else { continue }
      var values: [String: Tensor] = [:]
      merged.forEach { name, value in values[name] = value }
      var configuration = model.configuration
      configuration.tiesEmbeddings = configuration.tiesEmbeddings && !merged.separatesEmbeddingAndHead
      let folded = LanguageModel(configuration) { Variable(values[$0.name] ?? .zeros($0.shape)) }
      model.attachments = adapter.attachments
      #expect(
        largestDifference(model.logits(of: SampleModel.tokens), folded.logits(of: SampleModel.tokens)) < 1e-3,
        "\(kind.rawValue)")
    }
  }

  @Test("equals PEFT itself", .enabled(if: Python.isThere, "ATTUNE_PYTHON names no Python with PEFT"))
  func live() throws {
    for kind in SampleModel.allCases { try kind.write(try kind.make(), to: folder["base/\(kind.rawValue)"]) }
    for stored in StoredCase.all {
      for kind in stored.losses.keys { try stored.adapter.write(to: folder["\(kind.rawValue)/\(stored.adapter.name)"]) }
    }
    let tokens = SampleModel.tokens.map(String.init).joined(separator: ",")
    let run = try Python.run(Self.script, arguments: [folder.url.path, tokens], in: folder.url)
    try #require(run.status == 0, "\(run.errors)")
    let losses = try JSONValue(parsing: Data(contentsOf: folder["losses.json"]))
    for stored in StoredCase.all {
      for (kind, expected) in stored.losses {
        let found = try #require(
          losses["\(kind.rawValue)/\(stored.adapter.name)"]?.doubleValue, "\(stored.adapter.name)")
        #expect(abs(found - expected) < 1e-4, "\(stored.adapter.name) on \(kind.rawValue): \(found)")
      }
    }
  }

  /// The loss of every adapter under the name of its base.
  private static let script = """
    import json, os, sys, torch
    from transformers import AutoModelForCausalLM
    from peft import PeftModel

    folder, tokens = sys.argv[1], torch.tensor([[int(t) for t in sys.argv[2].split(",")]])
    losses = {}
    for kind in os.listdir(os.path.join(folder, "base")):
        if not os.path.isdir(os.path.join(folder, kind)): continue
        for name in os.listdir(os.path.join(folder, kind)):
            base = AutoModelForCausalLM.from_pretrained(os.path.join(folder, "base", kind), dtype=torch.float32)
            model = PeftModel.from_pretrained(base, os.path.join(folder, kind, name)).eval()
            with torch.no_grad():
                logits = model(input_ids=tokens, attention_mask=torch.ones_like(tokens)).logits[0, -tokens.shape[1]:]
            losses[kind + "/" + name] = torch.nn.functional.cross_entropy(logits[:-1], tokens[0, 1:]).item()
    json.dump(losses, open(os.path.join(folder, "losses.json"), "w"))
    """
}
