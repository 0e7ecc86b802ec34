import Checkpoints
import Foundation

/// Batches of the reference values: right-padded rows of ids, which tokens are trained on, how long rows are.
public struct GoldenBatches {
  private let source: SafetensorsFile
  private let prefix: String
  private let suffix: String

  /// Opens `data.safetensors`; `name` is `sft`, `dpo.chosen` or `dpo.rejected`.
  public init(_ name: String) throws {
    source = try SafetensorsFile(SharedAssets.url("golden/data.safetensors"))
    prefix = name.contains(".") ? name + "_" : name + "."
    suffix = name
  }

  private func integers(_ name: String) throws -> [Int32] {
    let tensor = try source.tensor(named: prefix + name)
    var values = [Int32](repeating: 0, count: tensor.elementCount)
    try values.withUnsafeMutableBytes { try source.read(prefix + name, as: .int32, into: $0) }
    return values
  }

  /// The rows of a batch without padding: tokens, and the positions that are trained on.
  public func rows(_ batch: Int) throws -> [(tokens: [Int32], trained: [Int])] {
    let (ids, mask, attention) = (try integers("ids"), try integers("mask"), try integers("attention"))
    return (0..<4).map { row in
      let start = (batch * 4 + row) * 24
      let attentionStart = attention.count == 96 ? row * 24 : start
      let length = Int(attention[attentionStart..<attentionStart + 24].reduce(0, +))
      return (Array(ids[start..<start + length]), (1..<length).filter { mask[start + $0] == 1 })
    }
  }
}
