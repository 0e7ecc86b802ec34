import Diagnostics
import InputFiles
import StrictJSON

/// The header of a safetensors file: its length in eight bytes, then JSON with each tensor's type, shape and range.
///
/// Format: https://github.com/huggingface/safetensors, “Format”. The tensors must cover the data that follow without
/// overlaps and without gaps.
struct SafetensorsHeader {
  /// A tensor and the offset of its first byte in the file.
  struct Entry {
    let tensor: TensorDescription
    let offset: Int
  }

  /// The largest size of a header; real ones have about a hundred bytes per tensor.
  static let maximumLength = 32 << 20

  /// The tensors, sorted by the bytes of their names.
  let entries: [Entry]
  /// The texts under `__metadata__`.
  let metadata: [String: String]

  /// Reads and checks the header of an open file.
  init(of file: InputFile) throws {
    try file.refuseMisplacedContents()
    guard file.size >= 8 else {
      throw UserError.file(
        "\(file.path): has \(file.size) bytes; expected a safetensors file, which begins with a length of 8 bytes")
    }
    let length = try file.bytes(at: 0, count: 8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(file.size - 8) else {
      throw UserError.file(
        "\(file.path): the header claims \(length) bytes, but only \(file.size - 8) follow; "
          + "the file is truncated or not a safetensors file")
    }
    guard length <= UInt64(Self.maximumLength) else {
      throw UserError.file("\(file.path): the header has \(length) bytes; expected at most \(Self.maximumLength)")
    }
    let bytes = try file.bytes(at: 8, count: Int(length))
    guard bytes.first == UInt8(ascii: "{") else {
      throw UserError.file("\(file.path): the header does not begin with '{'; expected a safetensors file")
    }
    let members: [(key: String, value: JSONValue)]
    do {
      members = try JSONValue(parsing: bytes, maximumDepth: 4).objectValue?.members ?? []
    } catch let error as JSONError {
      throw UserError.file("\(file.path): the header is damaged: \(error)")
    }
    var metadata: [String: String] = [:]
    var entries: [Entry] = []
    let dataStart = 8 + Int(length)
    for (name, value) in members {
      if name == "__metadata__" {
        metadata = try Self.metadata(value, file)
      } else {
        entries.append(try Self.entry(name, value, dataStart, file))
      }
    }
    try Self.checkCover(entries, from: dataStart, file)
    self.metadata = metadata
    self.entries = entries.sorted { $0.tensor.name.utf8.lexicographicallyPrecedes($1.tensor.name.utf8) }
  }

  private static func metadata(_ value: JSONValue, _ file: InputFile) throws -> [String: String] {
    guard let members = value.objectValue?.members else {
      throw UserError.file("\(file.path): __metadata__ must be an object of strings, found \(value.kindName)")
    }
    return try members.reduce(into: [:]) { texts, member in
      guard let text = member.value.stringValue else {
        throw UserError.file(
          "\(file.path): __metadata__.\(member.key) must be a string, found \(member.value.kindName)")
      }
      texts[member.key] = text
    }
  }

  private static func entry(_ name: String, _ value: JSONValue, _ dataStart: Int, _ file: InputFile) throws -> Entry {
    func wrong(_ problem: String) -> UserError { UserError.file("\(file.path): tensor '\(name)': \(problem)") }
    guard let object = value.objectValue else { throw wrong("expected an object, found \(value.kindName)") }
    let known = ["dtype", "shape", "data_offsets"]
    if let unknown = object.keys.first(where: { !known.contains($0) }) {
      throw wrong("unknown key '\(unknown)'; expected dtype, shape and data_offsets")
    }
    guard let typeName = object["dtype"]?.stringValue else { throw wrong("has no dtype") }
    guard let type = StoredType(safetensorsName: typeName) else {
      let names = StoredType.allCases.map(\.safetensorsName)
      throw wrong("unknown dtype '\(typeName)'.\(suggestion(for: typeName, in: names))")
    }
    guard let shape = object["shape"]?.arrayValue.flatMap(Self.naturalNumbers) else {
      throw wrong("the shape is missing or not a list of natural numbers")
    }
    guard let range = object["data_offsets"]?.arrayValue.flatMap(Self.naturalNumbers), range.count == 2 else {
      throw wrong("data_offsets is missing or not a list of two natural numbers")
    }
    let tensor: TensorDescription
    do {
      tensor = try TensorDescription(name: name, shape: shape, type: type)
    } catch let error as UserError {
      throw UserError.file("\(file.path): \(error.message)")
    }
    let available = file.size - dataStart
    guard range[0] <= range[1], range[1] <= available else {
      throw wrong("data_offsets \(range) lie outside the \(available) bytes of data; the file is truncated or damaged")
    }
    guard range[1] - range[0] == tensor.byteCount else {
      throw wrong(
        "shape \(shape) of \(typeName) takes \(tensor.byteCount) bytes, but data_offsets span \(range[1] - range[0])")
    }
    return Entry(tensor: tensor, offset: dataStart + range[0])
  }

  private static func naturalNumbers(_ values: [JSONValue]) -> [Int]? {
    let numbers = values.compactMap(\.intValue)
    return numbers.count == values.count && numbers.allSatisfy { $0 >= 0 } ? numbers : nil
  }

  /// Rejects tensors that overlap, and bytes that belong to no tensor.
  private static func checkCover(_ entries: [Entry], from dataStart: Int, _ file: InputFile) throws {
    var end = dataStart
    var last = "the header"
    for entry in entries.sorted(by: { ($0.offset, $0.tensor.byteCount) < ($1.offset, $1.tensor.byteCount) }) {
      if entry.offset < end {
        throw UserError.file("\(file.path): tensor '\(entry.tensor.name)' overlaps \(last)")
      }
      if entry.offset > end {
        throw UserError.file(
          "\(file.path): \(entry.offset - end) bytes between \(last) and tensor '\(entry.tensor.name)' belong to no tensor"
        )
      }
      end += entry.tensor.byteCount
      last = "tensor '\(entry.tensor.name)'"
    }
    if end != file.size {
      throw UserError.file("\(file.path): \(file.size - end) bytes after \(last) belong to no tensor")
    }
  }
}
