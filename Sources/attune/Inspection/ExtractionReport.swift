import Adapters
import LanguageModels
import StrictJSON

/// What `attune extract` reports: a table of the blocks by their linear layers, and what else differs.
struct ExtractionReport {
  private let extraction: Extraction
  private let configuration: DecoderConfiguration
  private let rank: Int
  private let output: String

  init(_ extraction: Extraction, of configuration: DecoderConfiguration, rank: Int, output: String) {
    (self.extraction, self.configuration, self.rank, self.output) = (extraction, configuration, rank, output)
  }

  private var ofLayers: Double? { share(extraction.layers) }
  private var ofAll: Double? { share(extraction.layers + extraction.others) }

  /// The share of the squared difference that is kept; nil if there is no difference.
  private func share(_ parts: [Extraction.Part]) -> Double? {
    let difference = parts.reduce(0) { $0 + $1.difference }
    return difference > 0 ? parts.reduce(0) { $0 + $1.kept } / difference : nil
  }

  var json: JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { .double($0) } ?? .null }
    func list(_ parts: [Extraction.Part]) -> JSONValue {
      .array(
        parts.map {
          ["name": .string($0.name), "difference": .double($0.difference.squareRoot()), "kept": number(share([$0]))]
        })
    }
    return [
      "output": .string(output), "rank": .integer(rank), "kept": number(ofLayers), "kept_of_all": number(ofAll),
      "layers": list(extraction.layers), "others": list(extraction.others),
    ]
  }

  var text: String {
    let all = extraction.layers + extraction.others
    guard let ofAll else { return "\(output) holds an adapter that changes nothing: the models have the same weights." }
    let total = all.reduce(0) { $0 + $1.difference }
    var lines = [layerTable, ""]
    if !extraction.others.isEmpty { lines += [otherTable(total), ""] }
    lines.append(
      "\(output): a LoRA of rank \(rank) that keeps \(percent(ofLayers)) of its layers' difference, "
        + "\(percent(ofAll)) of the entire difference.")
    return lines.joined(separator: "\n")
  }

  /// A row a block, a column a kind of layer: the share that the rank keeps.
  private var layerTable: String {
    let parts = Dictionary(extraction.layers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let places = configuration.linears.compactMap { linear in parts[linear.weight.name].map { (linear, $0) } }
    let roles = configuration.linearRoles.filter { role in places.contains { $0.0.role == role } }
    var table = Table(columns: [.right("layer")] + roles.map { .right($0) } + [.right("all")])
    func add(_ title: String, _ places: [(linear: LinearDescription, part: Extraction.Part)]) {
      table.add(
        [title] + roles.map { role in percent(share(places.filter { $0.linear.role == role }.map(\.part))) }
          + [percent(share(places.map(\.part)))])
    }
    for layer in configuration.layers.indices {
      let places = places.filter { $0.0.layer == layer }
      if !places.isEmpty { add("\(layer)", places) }
    }
    add("all", places)
    return table.text
  }

  /// A tensor's name without the part that says which layer it belongs to.
  private func nameInLayer(_ name: String) -> String {
    let layer = configuration.layers.first { name.hasPrefix($0.name + ".") }
    return layer.map { String(name.dropFirst($0.name.count + 1)) } ?? name
  }

  /// What is no layer of the LoRA; the tensors of all blocks that have the same place are taken together.
  private func otherTable(_ total: Double) -> String {
    var sums: [(name: String, count: Int, difference: Double, kept: Double)] = []
    for part in extraction.others {
      let name = nameInLayer(part.name)
      let index = sums.firstIndex { $0.name == name } ?? sums.endIndex
      if index == sums.endIndex { sums.append((name, 0, 0, 0)) }
      sums[index].count += 1
      sums[index].difference += part.difference
      sums[index].kept += part.kept
    }
    var table = Table(columns: [
      .left("what else differs"), .right("tensors"), .right("share of the difference"), .left("result"),
    ])
    for sum in sums {
      table.add([
        sum.name, "\(sum.count)", percent(sum.difference / total), sum.kept > 0 ? "stored in full" : loss(sum.name),
      ])
    }
    return table.text
  }

  /// Why something is lost, and what can be done.
  private func loss(_ name: String) -> String {
    if let module = configuration.outerModules.first(where: { $0.weight == name }) {
      return "lost; --train-also \(module.role) stores it in full"
    }
    let isLinear = configuration.linears.contains { nameInLayer($0.weight.name) == name }
    return isLinear ? "lost; --targets names other layers" : "lost; a LoRA has no place for it"
  }

  private func percent(_ share: Double?) -> String { share.map(Human.percent) ?? "–" }
}
