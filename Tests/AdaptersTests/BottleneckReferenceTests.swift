import Adapters
import Checkpoints
import Foundation
import LanguageModels
import StrictJSON
import Testing

private let python = ProcessInfo.processInfo.environment["ATTUNE_ADAPTERS_PYTHON"]

/// Bottleneck adapters against the library `adapters` 1.3.0, in whose environment `ATTUNE_ADAPTERS_PYTHON` is the Python:
///
///     python3 -m venv adapters-venv && adapters-venv/bin/pip install adapters==1.3.0 torch safetensors
///     ATTUNE_ADAPTERS_PYTHON=$PWD/adapters-venv/bin/python swift test -c release --filter BottleneckReference
@Suite("Bottleneck adapters equal the library adapters'", .enabled(if: python != nil, "needs ATTUNE_ADAPTERS_PYTHON"))
struct BottleneckReferenceTests {
  /// Prints the logits of one sequence with the adapter of a folder that Attune wrote.
  private static let program = """
    import sys, json, torch, adapters
    from safetensors.torch import load_file
    from transformers import LlamaForCausalLM
    model_path, adapter_path, placement, activation, ids = sys.argv[1:6]
    model = LlamaForCausalLM.from_pretrained(model_path, dtype=torch.float32).eval()
    adapters.init(model)
    kind = {"houlsby": adapters.DoubleSeqBnConfig, "pfeiffer": adapters.SeqBnConfig, "parallel": adapters.ParBnConfig}
    config = kind[placement](reduction_factor=4, non_linearity={"silu": "swish"}.get(activation, activation))
    model.add_adapter("a", config=config)
    model.set_active_adapters("a")
    weights = load_file(adapter_path + "/adapter_model.safetensors")
    places = {"attention_adapters": "self_attn.o_proj", "output_adapters": "mlp.down_proj"}
    count = 0
    for name, value in model.named_parameters():
        if ".adapters.a." not in name: continue
        parts = name.split(".")
        place = places[parts[3]]
        part = "down" if "adapter_down" in name else "up"
        own = "model.layers.%s.%s.adapter.%s.%s" % (parts[2], place, part, parts[-1])
        value.data.copy_(weights[own])
        count += 1
    assert count == len(weights), (count, list(weights))
    with torch.no_grad():
        print(json.dumps(model(torch.tensor([json.loads(ids)])).logits.flatten().tolist()))
    """

  @Test(
    "logits within 1e-4", arguments: BottleneckAdapters.Placement.allCases,
    BottleneckAdapters.Activation.allCases)
  func logits(
    placement: BottleneckAdapters.Placement, activation: BottleneckAdapters.Activation
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("attune-bottleneck-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let model = try smallModel()
    let contents = ModelContents(kind: .model, configuration: smallConfigurationText())
    let tensors = try model.parameters.map {
      try TensorDescription(name: $0.name, shape: $0.variable.shape.extents, type: .float32)
    }
    let writer = try WeightsWriter(folder.appendingPathComponent("model"), contents, tensors: tensors)
    for (name, variable) in model.parameters {
      try variable.value.withBytes { try writer.write(name, from: $0, as: .float32) }
    }
    try writer.finish()
    var settings = BottleneckAdapters()
    (settings.placement, settings.activation, settings.width) = (placement, activation, .reduction(4))
    let adapter = try Adapter(.bottleneck(settings), on: model, seed: 1)
    adapter.stir(deviation: 0.5)
    let adapterContents = ModelContents(kind: .adapter, configuration: "")
    try adapter.result.write(to: folder.appendingPathComponent("adapter"), adapterContents, for: model.configuration)
    let base = model.logits([sequences[2]])
    model.attachments = adapter.attachments
    let found = model.logits([sequences[2]])

    let printed = try run(
      ["model", "adapter"].map { folder.appendingPathComponent($0).path } + [
        placement.rawValue, activation.rawValue, "\(sequences[2])",
      ])
    let expected = try #require(try? JSONValue(parsing: printed).arrayValue?.compactMap(\.doubleValue).map(Float.init))
    #expect(difference(expected, base) > 0.1)
    let apart = difference(found, expected)
    #expect(apart < 1e-4)
    print("\(placement), \(activation): logits differ by \(apart)")
  }

  private func run(_ arguments: [String]) throws -> Data {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: try #require(python))
    process.arguments = ["-c", Self.program] + arguments
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return data
  }
}
