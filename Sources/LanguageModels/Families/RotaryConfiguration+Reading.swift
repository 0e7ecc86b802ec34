import Diagnostics
import StrictJSON

extension RotaryConfiguration {
  /// What each type reads besides `rope_type` and `rope_theta`.
  private static let types: KeyValuePairs = [
    "default": [], "linear": ["factor"],
    "llama3": ["factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings"],
  ]

  /// Reads `rope_scaling` or transformers 5's `rope_parameters`, and `rope_theta` where they have none.
  ///
  /// - Parameter maximumPositions: the original number of positions where the file does not name it.
  /// - Throws: `UserError` of kind `file`.
  init(_ reader: ConfigurationReader, width: Int, maximumPositions: Int) throws {
    let rotary = try reader.rotaryReader
    let theta = try rotary.reader?.number("rope_theta") ?? reader.number("rope_theta") ?? 10_000
    guard theta > 0 else { throw UserError.file("\(reader.place): rope_theta must be above 0") }
    self.init(width: width, theta: theta)
    guard let inner = rotary.reader else { return }
    try inner.refusePartialRotation()
    if let other = inner.object.members.first(where: { $0.value.objectValue != nil }) {
      throw UserError.file("\(inner.place): '\(other.key)' is an object; expected one set of parameters for all layers")
    }
    func positive(_ key: String, default standard: Double? = nil) throws -> Double {
      guard let number = try inner.number(key) ?? standard else { throw inner.missing(key) }
      guard number > 0 else { throw UserError.file("\(inner.place): \(key) must be above 0") }
      return number
    }
    switch try rotary.type {
    case "default": break
    case "linear": scaling = .linear(factor: try positive("factor"))
    case "llama3":
      let original = "original_max_position_embeddings"
      let outer = try reader.value(original).map { _ in try reader.size(original, default: 1) }
      scaling = .llama3(
        factor: try positive("factor"), lowFrequencyFactor: try positive("low_freq_factor"),
        highFrequencyFactor: try positive("high_freq_factor"),
        originalPositions: try outer.map(Double.init) ?? positive(original, default: Double(maximumPositions)))
    case let type:
      let known = Self.types.map(\.key)
      throw UserError.file(
        "\(inner.place): the type '\(type)' is not computed; Attune knows \(known.joined(separator: ", "))."
          + suggestion(for: type, in: known))
    }
  }

  /// What a file says of the positions twice and differently, and which of the two is used; what it says and nobody reads.
  static func notes(on reader: ConfigurationReader) throws -> [String] {
    let (inner, place) = (try reader.rotaryReader, reader.place)
    guard let nested = inner.nested else { return [] }
    var notes: [String] = []
    func compare(_ one: String, _ value: JSONValue?, _ other: String, _ another: JSONValue?, used: String) {
      guard let value, let another, !value.isNull, !another.isNull, value != another,
        value.doubleValue == nil || value.doubleValue != another.doubleValue
      else { return }
      notes.append(
        "\(place): \(one) is \(value.compactText) and \(other) is \(another.compactText); \(used) is used, as in transformers"
      )
    }
    let key = inner.key
    if key == "rope_scaling" {
      compare("rope_scaling", .object(nested), "rope_parameters", reader.value("rope_parameters"), used: "rope_scaling")
    }
    compare("rope_theta", reader.value("rope_theta"), "\(key).rope_theta", nested["rope_theta"], used: "the nested one")
    compare("\(key).rope_type", nested["rope_type"], "\(key).type", nested["type"], used: "rope_type")
    let type = try inner.type
    let original = "original_max_position_embeddings"
    if type == "llama3" {
      compare(original, reader.value(original), "\(key).\(original)", nested[original], used: "the outer one")
    }
    let read =
      ["rope_type", "type", "rope_theta", "partial_rotary_factor"] + (types.first { $0.key == type }?.value ?? [])
    for (name, value) in nested.members where !read.contains(name) && !value.isNull {
      notes.append("\(place): \(key).\(name) is not read for the type '\(type)', as in transformers")
    }
    return notes
  }
}

/// Reads the object that describes the positions, where there is one.
private struct RotaryReader {
  /// The key of the object.
  let key: String
  /// Reads it.
  let reader: ConfigurationReader?

  init(key: String, nested: JSONObject?, place: String) {
    self.key = key
    reader = nested.map { ConfigurationReader(object: $0, place: "\(place): \(key)") }
  }

  /// The object.
  var nested: JSONObject? { reader?.object }

  /// The type of scaling.
  var type: String {
    get throws { try reader?.string("rope_type") ?? reader?.string("type") ?? "default" }
  }
}

extension ConfigurationReader {
  /// Of two objects transformers uses `rope_scaling`, unless it is empty.
  fileprivate var rotaryReader: RotaryReader {
    get throws {
      for key in ["rope_scaling", "rope_parameters"] {
        guard let value = value(key) else { continue }
        guard let nested = value.objectValue else { throw UserError.file("\(place): \(key): expected an object") }
        if !nested.members.isEmpty || key == "rope_parameters" {
          return RotaryReader(key: key, nested: nested, place: place)
        }
      }
      return RotaryReader(key: "rope_parameters", nested: nil, place: place)
    }
  }
}
