import CHDF5
import Diagnostics
import Foundation
import InputFiles
import OutputFiles

/// Writes an Attune HDF5 file: a model, an adapter or a checkpoint.
///
/// The file grows beside its target. ``finish()`` marks it complete, flushes it, puts length and digest into its user
/// block, flushes it again and renames it over the target. A writer that is given up earlier leaves no files.
public final class AttuneFileWriter {
  private let partial: PartialFile
  private var file: hid_t = -1
  private var groups: [String: hid_t] = [:]

  /// Starts a file.
  ///
  /// - Parameter provenance: the file's origin, as root attributes: program version, `base_digest`, and so on.
  /// - Throws: `UserError` of kind `output` that names the target and the reason.
  public init(_ url: URL, kind: AttuneFileKind, provenance: [String: String] = [:]) throws {
    partial = try PartialFile(for: url)
    file = try session { session in
      let creation = try session.properties(attune_h5_file_creation())
      let access = try session.properties(attune_h5_file_access())
      try session.check(H5Pset_userblock(creation, hsize_t(UserBlock.size)))
      try session.check(H5Pset_obj_track_times(creation, false))
      try session.check(attune_h5_set_access(access))
      return try session.check(attune_h5_create(partial.path, creation, access))
    }
    try set("format", .text(AttuneFileLayout.format), of: file)
    try set("version", .integer(AttuneFileLayout.version), of: file)
    try set("kind", .text(kind.rawValue), of: file)
    try set("complete", .integer(0), of: file)
    for (name, value) in provenance.sorted(by: { $0.key < $1.key }) {
      guard !AttuneFileLayout.rootAttributes.contains(name), AttuneFileLayout.isPossible(name: name) else {
        throw UserError.output("\(url.path): '\(name)' is not a valid name for provenance")
      }
      try set(name, .text(value), of: file)
    }
  }

  deinit {
    _ = try? session { _ in file >= 0 ? H5Fclose(file) : 0 }
    partial.discard()
  }

  /// Writes a tensor directly from the caller's memory.
  ///
  /// - Parameters:
  ///   - tensor: must be float32, float16 or bfloat16, or uint8 for the codes of moments; with a name without `/`.
  ///   - bytes: all elements of the tensor, in `type`.
  ///   - type: the type in memory: the stored one, or a float type that can be converted to float32 or bfloat16.
  /// - Throws: `UserError` of kind `output`.
  public func write(
    _ tensor: TensorDescription, to group: TensorGroup, from bytes: UnsafeRawBufferPointer, as type: StoredType
  ) throws {
    try check(tensor.name)
    try session { session in
      let isPossible = tensor.type != .uint8 || group.mayHoldCodes
      guard isPossible, let elements = try session.type(of: tensor.type) else {
        throw UserError.output(
          "\(partial.target): tensor '\(tensor.name)' holds \(tensor.type.rawValue); expected float32, float16 or bfloat16"
        )
      }
      let chunk = tensor.chunkShape()
      let dataset = try dataset(for: tensor, of: elements, chunk, in: group, session)
      try tensor.forEachStoredBlock(of: bytes, as: type, rowMultiple: chunk?[0] ?? 1) { rows, block in
        if block.isEmpty { return }
        let (memory, place) = try session.selection(of: rows, in: tensor)
        try session.check(H5Dwrite(dataset, elements, memory, place, 0, block.baseAddress))
      }
    }
  }

  /// Writes a text as a scalar of fixed length.
  ///
  /// - Throws: `UserError` of kind `output`, also if the text contains NUL.
  public func write(_ text: String, to entry: TextEntry) throws {
    // HDF5 has no strings of length zero: an empty text is a single NUL.
    try Array(text.isEmpty ? "\0".utf8 : text.utf8).withUnsafeBytes { bytes in
      guard text.isEmpty || !bytes.contains(0) else {
        throw UserError.output("\(partial.target): the text of /\(entry.rawValue) contains NUL")
      }
      try session { session in
        try write(entry.rawValue, session.type(attune_h5_text(bytes.count)), [], bytes, session)
      }
    }
  }

  /// Writes a small file under `/files`.
  ///
  /// - Throws: `UserError` of kind `output`.
  public func write(_ file: NamedFile) throws {
    try check(file.name)
    try session { session in
      _ = try group(AttuneFileLayout.filesGroup, session)
      let type = try session.type(attune_h5_uint8())
      try file.data.withUnsafeBytes { bytes in
        try write("\(AttuneFileLayout.filesGroup)/\(file.name)", type, [bytes.count], bytes, session)
      }
    }
  }

  /// Writes an attribute of `/state`.
  ///
  /// - Throws: `UserError` of kind `output`.
  public func setState(_ name: String, _ value: StateValue) throws {
    try check(name)
    try set(name, value, of: session { try group(AttuneFileLayout.stateGroup, $0) })
  }

  /// Writes everything of a model or adapter except tensors and provenance.
  ///
  /// - Throws: `UserError` of kind `output`.
  public func write(_ contents: ModelContents) throws {
    try write(contents.configuration, to: contents.kind == .model ? .configuration : .adapterConfiguration)
    if let text = contents.tokenizer { try write(text, to: .tokenizer) }
    if let text = contents.template { try write(text, to: .template) }
    if let text = contents.recipe { try write(text, to: .recipe) }
    for (name, data) in contents.files.sorted(by: { $0.key < $1.key }) { try write(NamedFile(name: name, data: data)) }
  }

  /// Marks the file complete and puts it in place.
  ///
  /// - Throws: `UserError` of kind `output`; the target is then unchanged.
  public func finish() throws {
    try session { session in
      try session.overwrite(1, named: "complete", of: file)
      try session.check(H5Fflush(file, H5F_SCOPE_LOCAL))
      defer { file = -1 }
      try session.check(H5Fclose(file))
    }
    try partial.synchronize()
    do {
      try partial.write(UserBlock.bytes(for: InputFile(partial.path, shownAs: partial.target)), at: 0)
    } catch let error as UserError {
      throw UserError.output(error.message)
    }
    try partial.commit()
  }

  /// Runs a session whose errors name the target.
  private func session<Result>(_ body: (HDF5Session) throws -> Result) throws -> Result {
    do {
      return try HDF5.session(body)
    } catch let failure as HDF5Failure {
      throw UserError.output("\(partial.target): cannot be written: \(failure.cause)")
    }
  }

  private func check(_ name: String) throws {
    guard AttuneFileLayout.isPossible(name: name) else {
      throw UserError.output("\(partial.target): '\(name)' is not a valid name in HDF5")
    }
  }

  private func set(_ name: String, _ value: StateValue, of object: hid_t) throws {
    if case .text(let text) = value, text.utf8.count > AttuneFileLayout.attributeTextLimit || text.utf8.contains(0) {
      throw UserError.output("\(partial.target): the text of '\(name)' is too long for an attribute or contains NUL")
    }
    try session { try $0.write(value, named: name, to: object) }
  }

  /// The group at a path, created if it is missing; groups stay open as long as the file.
  private func group(_ path: String, _ session: HDF5Session) throws -> hid_t {
    if let group = groups[path] { return group }
    if let slash = path.lastIndex(of: "/") { _ = try group(String(path[..<slash]), session) }
    let creation = try session.properties(attune_h5_group_creation())
    try session.check(H5Pset_obj_track_times(creation, false))
    let group = try session.check(H5Gcreate2(file, path, 0, creation, 0))
    groups[path] = group
    return group
  }

  /// Creates a dataset for a tensor, in chunks with checksums unless it is a single number or empty.
  private func dataset(
    for tensor: TensorDescription, of type: hid_t, _ chunk: [Int]?, in group: TensorGroup, _ session: HDF5Session
  ) throws -> hid_t {
    let creation = try session.properties(attune_h5_dataset_creation())
    try session.check(H5Pset_obj_track_times(creation, false))
    if let chunk {
      try session.check(H5Pset_chunk(creation, Int32(chunk.count), chunk.map(hsize_t.init)))
      try session.check(H5Pset_fletcher32(creation))
      // Chunks are always written completely, so fill values are unnecessary.
      try session.check(H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER))
    }
    let dataset = try session.dataset(
      H5Dcreate2(
        self.group(group.rawValue, session), tensor.name, type, session.space(shape: tensor.shape), 0, creation,
        session.uncached()))
    if tensor.type == .bfloat16 {
      try session.write(.text(tensor.type.rawValue), named: AttuneFileLayout.typeAttribute, to: dataset)
    }
    return dataset
  }

  /// Writes a complete dataset.
  private func write(
    _ path: String, _ type: hid_t, _ shape: [Int], _ bytes: UnsafeRawBufferPointer, _ session: HDF5Session
  ) throws {
    let creation = try session.properties(attune_h5_dataset_creation())
    try session.check(H5Pset_obj_track_times(creation, false))
    let dataset = try session.dataset(H5Dcreate2(file, path, type, session.space(shape: shape), 0, creation, 0))
    if !bytes.isEmpty { try session.check(H5Dwrite(dataset, type, 0, 0, 0, bytes.baseAddress)) }
  }
}
