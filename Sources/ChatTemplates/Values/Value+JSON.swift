import StrictJSON

extension Value {
  /// Makes the value that Python's `json.loads` returns.
  ///
  /// - Throws: `TemplateError` for an integer of more than 64 bits.
  init(_ json: JSONValue) throws {
    switch json {
    case .null: self = .none
    case .bool(let value): self = .boolean(value)
    case .number(let text):
      if text.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }) {
        self = .float(Double(text) ?? .nan)
      } else if let value = Int(text) {
        self = .integer(value)
      } else {
        throw TemplateError("the number \(text.prefix(40)) is too large for a template")
      }
    case .string(let text): self = .string(text)
    case .array(let elements): self = .list(try elements.map { try Value($0) })
    case .object(let object):
      self = .dictionary(
        ValueDictionary(unique: try object.members.map { .init(key: .string($0.key), value: try Value($0.value)) }))
    }
  }
}
