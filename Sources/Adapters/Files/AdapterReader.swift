import Checkpoints
import Diagnostics
import StrictJSON

/// Reads values of `adapter_config.json`; every refusal names the file, the key, what was found and what was expected.
package struct AdapterReader {
  /// The members of the file.
  package let object: JSONObject
  /// The file's path, for messages.
  package let place: String
  private let tensors: any TensorSource

  init(_ object: JSONObject, tensors: some TensorSource, place: String) {
    (self.object, self.tensors, self.place) = (object, tensors, place)
  }

  /// Whether the adapter has a tensor of this name.
  package func hasTensor(_ name: String) -> Bool { tensors.description(of: name) != nil }

  /// Keys of every method, which say nothing about what is computed.
  private static let common = [
    "peft_type", "task_type", "base_model_name_or_path", "revision", "auto_mapping", "inference_mode", "peft_version",
    "fan_in_fan_out",
  ]
  /// Keys of weights that are trained whole, for the methods of PEFT's that have them.
  static let wholeKeys = ["modules_to_save", "ensure_weight_tying", "trainable_token_indices"]

  /// What the file asks for without effect: sentences for the user.
  ///
  /// - Throws: `UserError` of kind `file`.
  func notes() throws -> [String] {
    guard try bool("fan_in_fan_out") ?? false else { return [] }
    return [
      "fan_in_fan_out is true; it is of layers that store their weight as [in, out], which this model has none of, and "
        + "is passed over as in PEFT"
    ]
  }

  /// Refuses keys that ask for something that Attune does not compute.
  ///
  /// Keys that ask for nothing are passed over: null, false or empty.
  ///
  /// - Parameters:
  ///   - keys: the method's own keys.
  ///   - unsupported: options of the method that Attune does not compute.
  /// - Throws: `UserError` of kind `file`.
  package func refuseOthers(than keys: [String], unsupported: [String] = []) throws {
    let known = Self.common + keys
    for (key, value) in object.members where !known.contains(key) && !value.asksForNothing {
      throw UserError.file(
        "\(place): the option '\(key)' (\(value.compactText.prefix(60))) is not one that Attune computes."
          + (unsupported.contains(key) ? "" : suggestion(for: key, in: known)))
    }
  }

  /// Whether a module is one that PEFT trains whole in every reward model.
  func isOfScore(_ module: String) -> Bool {
    object["task_type"] == .string(AdapterConfiguration.rewardTask) && ["score", "classifier"].contains(module)
  }

  /// The error for a key that must be there.
  package func missing(_ key: String) -> UserError {
    UserError.file("\(place): the key '\(key)' is missing.\(suggestion(for: key, in: object.keys))")
  }

  /// The error for a value that is not what was expected.
  package func wrong(_ key: String, _ expected: String) -> UserError {
    UserError.file(
      "\(place): \(key): expected \(expected), found \(object[key]?.compactText.prefix(60) ?? "nothing")")
  }
}

// Values; nil where the key is absent or null. They throw `UserError` of kind `file`.
extension AdapterReader {
  private func read<Value>(_ key: String, _ expected: String, _ convert: (JSONValue) -> Value?) throws -> Value? {
    guard let value = object[key], !value.isNull else { return nil }
    guard let result = convert(value) else { throw wrong(key, expected) }
    return result
  }

  /// Whether a key is there and not null.
  func has(_ key: String) -> Bool { object[key].map { !$0.isNull } ?? false }

  /// A string.
  package func string(_ key: String) throws -> String? { try read(key, "a string") { $0.stringValue } }

  /// A boolean.
  package func bool(_ key: String) throws -> Bool? { try read(key, "true or false") { $0.boolValue } }

  /// A number of at least 0.
  package func number(_ key: String) throws -> Double? {
    try read(key, "a number of at least 0") { $0.doubleValue.flatMap { $0 >= 0 ? $0 : nil } }
  }

  /// A whole number from 1, which must be there.
  package func positive(_ key: String) throws -> Int {
    let expected = "a whole number from 1 to \(1 << 20)"
    guard let number = try read(key, expected, { $0.intValue.flatMap { 1...(1 << 20) ~= $0 ? $0 : nil } }) else {
      throw missing(key)
    }
    return number
  }

  /// One index or an array of them.
  package func indices(_ key: String) throws -> [Int]? {
    try read(key, "an array of whole numbers from 0") { value in
      let elements = value.arrayValue ?? [value]
      let numbers = elements.compactMap { $0.intValue.flatMap { $0 >= 0 ? $0 : nil } }
      return numbers.count == elements.count ? numbers : nil
    }
  }

  /// An array of strings.
  package func strings(_ key: String) throws -> [String]? {
    try read(key, "an array of at most 10000 strings") { value in
      guard let elements = value.arrayValue, elements.count <= 10_000 else { return nil }
      let texts = elements.compactMap(\.stringValue)
      return texts.count == elements.count ? texts : nil
    }
  }

  /// The members of an object; none where it is absent or null.
  package func members(_ key: String) throws -> [(key: String, value: JSONValue)] {
    try read(key, "an object") { $0.objectValue?.members } ?? []
  }

  /// One of several words, which must be there.
  package func choice<Value: RawRepresentable & CaseIterable>(
    _ key: String
  ) throws -> Value where Value.RawValue == String {
    let words = Value.allCases.map(\.rawValue)
    guard let text = try string(key) else { throw missing(key) }
    guard let value = Value(rawValue: text) else {
      throw UserError.file(
        "\(place): \(key): expected one of \(words.joined(separator: ", ")), found '\(text)'."
          + suggestion(for: text, in: words))
    }
    return value
  }
}

extension JSONValue {
  /// Whether an option is off.
  fileprivate var asksForNothing: Bool {
    switch self {
    case .null, .bool(false): true
    case .array(let elements): elements.isEmpty
    case .object(let object): object.members.isEmpty
    default: false
    }
  }
}
