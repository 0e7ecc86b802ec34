import Diagnostics
import StrictJSON

extension ConfigurationReader {
  private static let (full, sliding) = ("full_attention", "sliding_attention")

  /// Refuses a window for a family without any. In transformers such a key changes what is generated with a cache, and
  /// nothing else. One that holds more tokens than the model has positions hides nothing.
  func refuseWindows(_ family: DecoderFamily) throws {
    let positions = try size("max_position_embeddings", default: FamilyDefaults().maximumPositions)
    if let window = try window("sliding_window"), window < positions {
      throw UserError.file(
        "\(place): sliding_window \(window): a \(family.modelType) model has no sliding windows; expected null")
    }
    let count = try size("num_hidden_layers", default: FamilyDefaults().layerCount)
    if try layerTypes(count: count)?.contains(Self.sliding) ?? false {
      throw UserError.file(
        "\(place): layer_types: '\(Self.sliding)' is not computed for \(family.modelType); expected '\(Self.full)'")
    }
  }

  /// Mistral's window, which is that of every layer.
  func windowOfEveryLayer(_ count: Int, default standard: Int) throws -> (window: Int?, notes: [String]) {
    let window = has("sliding_window") ? try window("sliding_window") : standard
    var notes: [String] = []
    if let types = try layerTypes(count: count) {
      let name = window == nil ? Self.full : Self.sliding
      if types.allSatisfy({ $0 == Self.full }), let window {
        notes.append(
          "\(place): layer_types names \(Self.full), and sliding_window is \(window); the window is used, as in transformers"
        )
      } else if let other = types.first(where: { $0 != name }) {
        throw UserError.file(
          "\(place): layer_types: '\(other)' contradicts sliding_window, which is that of every layer; expected '\(name)'"
        )
      }
    }
    if let window, try bool("use_sliding_window", default: true) == false {
      notes.append(
        "\(place): use_sliding_window is false, and sliding_window is \(window); the window is used, as in transformers"
      )
    }
    return (window, notes)
  }

  /// Qwen's windows, layer by layer: those that `layer_types` names, else those of all layers from `max_window_layers` on.
  func windowsByLayer(_ count: Int) throws -> (windows: [Int?], notes: [String]) {
    let isUsed = try bool("use_sliding_window", default: false)
    let size = has("sliding_window") ? try window("sliding_window") : 4096
    let window = isUsed ? size : nil
    let first = try integer("max_window_layers", default: 28)
    let byNumber = (0..<count).map { $0 >= first ? window : nil }
    guard let types = try layerTypes(count: count) else { return (byNumber, []) }
    if window == nil, types.contains(Self.sliding) {
      throw UserError.file(
        "\(place): layer_types: '\(Self.sliding)' needs use_sliding_window: true and a sliding_window")
    }
    let windows = types.map { $0 == Self.sliding ? window : nil }
    guard windows != byNumber, has("max_window_layers") else { return (windows, []) }
    return (
      windows,
      [
        "\(place): layer_types and max_window_layers \(first) contradict each other; layer_types is used, as in transformers"
      ]
    )
  }

  /// `layer_types`, one for each layer; nil where the key is missing or null.
  func layerTypes(count: Int) throws -> [String]? {
    guard let types = value("layer_types") else { return nil }
    guard let types = types.arrayValue else { throw wrong("layer_types", types, "an array") }
    if let other = types.first(where: { $0 != .string(Self.full) && $0 != .string(Self.sliding) }) {
      let name = other.stringValue ?? other.kindName
      throw UserError.file(
        "\(place): layer_types: '\(name)' is not computed; Attune knows \(Self.full), \(Self.sliding)")
    }
    if types.count != count {
      throw UserError.file(
        "\(place): layer_types has length \(types.count), and num_hidden_layers is \(count); expected the same")
    }
    return types.compactMap(\.stringValue)
  }
}

extension DecoderConfiguration {
  /// Gives every layer the window that Qwen's configuration describes.
  mutating func takeWindowsOfQwen(_ reader: ConfigurationReader) throws {
    let (windows, notes) = try reader.windowsByLayer(layerCount)
    for index in layers.indices { layers[index].attention.slidingWindow = windows[index] }
    self.notes += notes
  }
}
