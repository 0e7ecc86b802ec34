import Adapters
import StrictJSON

/// What `attune extract` tells: a table of the blocks by their linear layers, and what else differs.
struct ExtractionReport {
  private let extraction: Extraction
  private let rank: Int
  private let output: String

  init(_ extraction: Extraction, rank: Int, output: String) {
    (self.extraction, self.rank, self.output) = (extraction, rank, output)
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
    let whole = all.reduce(0) { $0 + $1.difference }
    var lines = [layerTable, ""]
    if !extraction.others.isEmpty { lines += [otherTable(whole), ""] }
    lines.append(
      "\(output): a LoRA of rank \(rank) that keeps \(percent(ofLayers)) of its layers' difference, "
        + "\(percent(ofAll)) of the entire difference.")
    return lines.joined(separator: "\n")
  }

  /// A row a block, a column a kind of layer: the share that the rank keeps.
  private var layerTable: String {
    let places = extraction.layers.map { part in (part, part.name.split(separator: ".").map(String.init)) }
    let roles = places.reduce(into: [String]()) { roles, place in
      let role = place.1[place.1.count - 2]
      if !roles.contains(role) { roles.append(role) }
    }
    var table = Table(columns: [.right("layer")] + roles.map { .right($0) } + [.right("all")])
    for layer in places.reduce(into: [String](), { if $0.last != $1.1[2] { $0.append($1.1[2]) } }) {
      let parts = places.filter { $0.1[2] == layer }
      table.add(
        [layer] + roles.map { role in percent(share(parts.filter { $0.1.contains(role) }.map(\.0))) }
          + [percent(share(parts.map(\.0)))])
    }
    table.add(
      ["all"] + roles.map { role in percent(share(places.filter { $0.1.contains(role) }.map(\.0))) }
        + [percent(ofLayers)])
    return table.text
  }

  /// What is no layer of the LoRA, the tensors of the blocks taken together.
  private func otherTable(_ whole: Double) -> String {
    var sums: [(name: String, count: Int, difference: Double, kept: Double)] = []
    for part in extraction.others {
      let pieces = part.name.split(separator: ".").map(String.init)
      let name = pieces.count > 3 && pieces[1] == "layers" ? pieces.dropFirst(3).joined(separator: ".") : part.name
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
        sum.name, "\(sum.count)", percent(sum.difference / whole), sum.kept > 0 ? "written whole" : Self.loss(sum.name),
      ])
    }
    return table.text
  }

  /// Why something is lost, and what can be done.
  private static func loss(_ name: String) -> String {
    let modules = [
      "model.embed_tokens.weight": "embed_tokens", "lm_head.weight": "lm_head", "model.norm.weight": "norm",
    ]
    if let module = modules[name] { return "lost; --train-also \(module) writes it whole" }
    return name.hasSuffix("_proj.weight") ? "lost; --targets names other layers" : "lost; a LoRA has no place for it"
  }

  private func percent(_ share: Double?) -> String { share.map(Human.percent) ?? "–" }
}
