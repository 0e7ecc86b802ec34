import Autodiff
import Diagnostics
import Foundation
import StrictJSON
import Tensors

extension AdapterForm {
  /// The adapter in the form that other programs read: a prefix without the network that computed it, PiSSA as an
  /// ordinary LoRA of twice the rank. Where nothing is to be folded away, the adapter as it is.
  public var folded: AdapterForm {
    switch configuration {
    case .lora(let settings) where tensors.contains { $0.name.hasSuffix(Self.startOfA) }: folded(principal: settings)
    case .prefix(let settings): folded(prefix: settings)
    default: self
    }
  }

  /// Whether only Attune's training can read the adapter as it stands.
  static func isTrainingForm(_ names: some Sequence<String>) -> Bool {
    names.contains { $0.hasSuffix(startOfA) || $0.hasPrefix(AdapterConfiguration.Prefix.networkName) }
  }

  /// Where PiSSA's A began.
  static let startOfA = ".lora_A_start.weight"

  /// Refuses tensors of a training form that do not belong together.
  ///
  /// - Throws: `UserError` of kind `file`.
  func checkTrainingForm(_ path: String) throws {
    func expect(_ name: String, _ shape: [Int?]) throws -> [Int] {
      guard let found = tensor(name)?.shape.extents else {
        throw UserError.file("\(path): the tensor '\(name)' is missing")
      }
      guard found.count == shape.count, zip(found, shape).allSatisfy({ $1 == nil || $0 == $1 }) else {
        let expected = shape.map { $0.map { "\($0)" } ?? "any" }.joined(separator: " × ")
        throw UserError.file("\(path): the tensor '\(name)' has the shape \(found); expected \(expected)")
      }
      return found
    }
    for (name, value) in tensors where name.hasSuffix("_start.weight") {
      _ = try expect(name, [nil, nil])
      _ = try expect(name.replacingOccurrences(of: "_start.weight", with: ".weight"), value.shape.extents)
    }
    guard case .prefix(let settings) = configuration, settings.reparameterizationHidden != nil else { return }
    let place = AdapterConfiguration.Prefix.networkName
    let embedding = try expect(place + "embedding.weight", [settings.length, nil])
    let first = try expect(place + "first.weight", [nil, embedding[1]])
    _ = try expect(place + "first.bias", [first[0]])
    let second = try expect(place + "second.weight", [nil, first[0]])
    _ = try expect(place + "second.bias", [second[0]])
  }

  /// `B A - B₀ A₀ = [B, -B₀] [A; A₀]`; α grows so that the scale stays.
  private func folded(principal settings: AdapterConfiguration.LowRank) -> AdapterForm {
    var settings = settings
    settings.initialization = .default
    settings.rank *= 2
    settings.alpha *= settings.scaling == .standard ? 2 : 2.0.squareRoot()
    let values = Dictionary(tensors, uniquingKeysWith: { first, _ in first })
    let written = tensors.compactMap { name, value -> (name: String, value: Tensor)? in
      if name.hasSuffix("_start.weight") { return nil }
      guard let start = values[name.replacingOccurrences(of: ".weight", with: "_start.weight")] else {
        return (name, value)
      }
      return withoutGradients {
        let (now, start) = (Variable(value), Variable(start))
        if name.hasSuffix(".lora_A.weight") { return (name, concatenate([now, start]).value) }
        return (name, concatenate([now.transposed(), -start.transposed()]).transposed().value)
      }
    }
    return AdapterForm(configuration: .lora(settings), tensors: written)
  }

  /// The rows that the network computes.
  private func folded(prefix settings: AdapterConfiguration.Prefix) -> AdapterForm {
    func part(_ name: String) -> Variable? {
      tensor(AdapterConfiguration.Prefix.networkName + name).map { Variable($0) }
    }
    guard let embedding = part("embedding.weight"), let first = part("first.weight"),
      let second = part("second.weight")
    else { return self }
    let rows = withoutGradients {
      prefixRows(
        embedding: embedding, first: (first, part("first.bias")), second: (second, part("second.bias"))
      ).value
    }
    var settings = settings
    settings.reparameterizationHidden = nil
    return AdapterForm(configuration: .prefix(settings), tensors: [(PrefixRows.name, rows)])
  }

  /// A text of `adapter_config.json` with what folding changes; all else stays as it was written.
  func updated(_ text: String) throws -> String {
    let changes: [(key: String, value: JSONValue)] =
      switch configuration {
      case .lora(let settings): [("r", .integer(settings.rank)), ("lora_alpha", .double(settings.alpha))]
      case .prefix: [("encoder_hidden_size", .null), ("prefix_projection", false)]
      default: []
      }
    return try JSONValue(parsing: text.utf8).replacing(changes).compactText
  }
}
