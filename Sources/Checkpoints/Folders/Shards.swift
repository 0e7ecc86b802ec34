import Diagnostics
import Foundation
import StrictJSON

/// The tensors of a folder, stored in one or several safetensors files.
struct Shards: TensorSource {
  let path: String
  let tensors: [TensorDescription]
  private let files: [SafetensorsFile]
  private let fileOfTensor: [String: Int]

  /// Opens the weights of a Hugging Face folder: `model.safetensors`, otherwise the files that
  /// `model.safetensors.index.json` names, otherwise every `*.safetensors` file.
  init(ofModelIn folder: FolderFiles) throws {
    let index = "model.safetensors.index.json"
    if folder.has("model.safetensors") {
      try self.init(folder, ["model.safetensors"])
    } else if folder.has(index) {
      try self.init(folder, index: index)
    } else {
      let names = folder.names.filter { $0.hasSuffix(".safetensors") && !$0.hasPrefix("adapter_model") }
      guard !names.isEmpty else {
        let others = folder.names.filter { $0.hasSuffix(".bin") || $0.hasSuffix(".pth") || $0.hasSuffix(".gguf") }
        throw UserError.file(
          "\(folder.path): there are no weights; expected model.safetensors or model.safetensors.index.json"
            + (others.isEmpty
              ? "" : "; \(others.joined(separator: ", ")) cannot be read, so save the model as safetensors"))
      }
      try self.init(folder, names)
    }
  }

  /// Opens files; no two may contain the same tensor.
  init(_ folder: FolderFiles, _ names: [String]) throws {
    path = names.count == 1 ? "\(folder.path)/\(names[0])" : folder.path
    files = try names.map { try SafetensorsFile(folder.open($0)) }
    var fileOfTensor: [String: Int] = [:]
    for (position, file) in files.enumerated() {
      for tensor in file.tensors {
        if let earlier = fileOfTensor.updateValue(position, forKey: tensor.name) {
          throw UserError.file(
            "\(folder.path): tensor '\(tensor.name)' is in both \(names[earlier]) and \(names[position])")
        }
      }
    }
    self.fileOfTensor = fileOfTensor
    tensors = files.count == 1 ? files[0].tensors : files.flatMap(\.tensors).inNameOrder()
  }

  /// Opens the files that an index names, and checks that they contain what it says.
  private init(_ folder: FolderFiles, index: String) throws {
    let place = "\(folder.path)/\(index)"
    let root: JSONValue
    do {
      root = try JSONValue(parsing: folder.contents(index, limit: SafetensorsHeader.maximumLength), maximumDepth: 8)
    } catch let error as JSONError {
      throw UserError.file(error.message(in: place))
    }
    guard let members = root["weight_map"]?.objectValue?.members, !members.isEmpty else {
      throw UserError.file("\(place): has no weight_map from tensors to files")
    }
    var fileNames: [String: String] = [:]
    for (tensor, value) in members {
      guard let name = value.stringValue else {
        throw UserError.file("\(place): weight_map.\(tensor) must be the name of a file, found \(value.kindName)")
      }
      fileNames[tensor] = name
    }
    let names = Set(fileNames.values).sorted()
    if let missing = names.first(where: { AttuneFileLayout.isPossible(name: $0) && !folder.has($0) }) {
      let there = folder.names.filter { $0.hasSuffix(".safetensors") }
      throw UserError.file(
        "\(place): names the file \(missing), which does not exist.\(suggestion(for: missing, in: there))")
    }
    try self.init(folder, names)
    for (tensor, name) in members.map({ ($0.key, fileNames[$0.key] ?? "") }) {
      guard let position = fileOfTensor[tensor], names[position] == name else {
        throw UserError.file("\(place): says that tensor '\(tensor)' is in \(name), but it is not")
      }
    }
    if let extra = tensors.first(where: { fileNames[$0.name] == nil }) {
      throw UserError.file("\(place): does not name tensor '\(extra.name)', which is in one of its files")
    }
  }

  func description(of name: String) -> TensorDescription? {
    fileOfTensor[name].flatMap { files[$0].description(of: name) }
  }

  func read(
    _ tensor: TensorDescription, rows: Range<Int>, as type: StoredType, into target: UnsafeMutableRawBufferPointer
  ) throws {
    guard let position = fileOfTensor[tensor.name] else {
      throw UserError.file("\(path): there is no tensor '\(tensor.name)'")
    }
    try files[position].read(tensor, rows: rows, as: type, into: target)
  }
}
