import Adapters
import Checkpoints
import Foundation
import LanguageModels
import Testing

/// Mutated adapters of every method, read and attached to their model.
@Suite("Mutated adapters")
struct AdapterFuzzTests {
  private static let lowRank = {
    var settings = LoRA()
    settings.rank = 2
    return settings
  }()
  private static let methods: [AdapterConfiguration] = [
    .lora(lowRank), .dora(lowRank), .prefix(.init(length: 2)), .prompt(.init(length: 2)), .bottleneck(.init()),
    .ia3(.init()), .biasNorm,
  ]

  @Test("configuration and tensors", arguments: methods.indices)
  func folder(method: Int) throws {
    let configuration = Self.methods[method]
    let scratch = try Scratch()
    let model = LanguageModel(
      randomly: try DecoderConfiguration(
        parsing: String(decoding: ValidModel.configurations[0], as: UTF8.self), place: "config.json"), seed: 1)
    try Adapter(configuration, on: model, seed: 1).trainedForm.write(
      to: scratch["adapter"], ModelContents(kind: .adapter, configuration: ""), for: model.configuration)
    let names = ["adapter/adapter_config.json", "adapter/adapter_model.safetensors"]
    let files = try names.map { Array(try Data(contentsOf: scratch[$0])) }
    let length = files[1][..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    func weights(_ header: [UInt8]) -> [UInt8] {
      (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + files[1][(8 + length)...]
    }
    try Fuzzing.run(
      "adapter-\(configuration.method)", count: 200, valid: files,
      mutate: { random, original in
        original == files[0] ? random.json(original) : weights(random.json(Array(original[8..<(8 + length)])))
      },
      parse: { bytes in
        // A configuration starts with a brace, weights with a length.
        let changed = bytes.first == UInt8(ascii: "{") || bytes.count < 8 + length ? 0 : 1
        for (index, name) in names.enumerated() {
          try scratch.write(index == changed ? bytes : files[index], to: name)
        }
        _ = try Adapter(WeightsSource.adapter(at: scratch["adapter"]), on: model) { nil }
      })
  }
}
