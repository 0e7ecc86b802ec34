import CHDF5
import Diagnostics
import Foundation
import InputFiles

/// An Attune HDF5 file that is open for reading.
///
/// The digest in the user block is verified over the complete file before libhdf5 sees it. What libhdf5 then finds must
/// be what Attune writes: known names, plain datasets of known types, no links. Several threads may read; the library
/// serves one at a time.
public final class AttuneFile: Sendable {
  /// The file, for messages.
  public let path: String
  /// What the file is for.
  public let kind: AttuneFileKind
  /// Its origin: the root attributes other than format, version, kind and `complete`.
  public let provenance: [String: String]
  private let file: hid_t
  private let listing: HDF5Reader.Listing

  /// Checks and opens a file.
  ///
  /// - Throws: `UserError` of kind `file` that distinguishes a damaged file, another program's file and a later
  ///   version.
  public init(_ url: URL) throws {
    let path = url.path
    try UserBlock.verify(InputFile(path))
    (file, kind, provenance, listing) = try Self.session(path) { session in
      let access = try session.properties(attune_h5_file_access())
      try session.check(attune_h5_set_access(access))
      let file = try session.check(attune_h5_open(path, access))
      do {
        let reader = HDF5Reader(session: session, file: file, path: path)
        let (kind, provenance) = try reader.header()
        return (file, kind, provenance, try reader.listing())
      } catch {
        H5Fclose(file)
        throw error
      }
    }
    self.path = path
  }

  deinit { _ = try? HDF5.session { _ in H5Fclose(file) } }

  /// The attributes of `/state`; empty if there are none.
  public var state: [String: StateValue] { listing.state }

  /// The names of the small files under `/files`, sorted.
  public var fileNames: [String] { listing.files }

  /// The groups that contain tensors.
  public var groups: [TensorGroup] { TensorGroup.allCases.filter { listing.tensors[$0] != nil } }

  /// The tensors of a group; none if the file does not have the group.
  public func tensors(in group: TensorGroup) -> AttuneFileTensors {
    AttuneFileTensors(self, group, listing.tensors[group] ?? [])
  }

  /// A text, or nil if the file does not have it.
  ///
  /// - Throws: `UserError` of kind `file`.
  public func text(_ entry: TextEntry) throws -> String? {
    guard listing.texts.contains(entry) else { return nil }
    return try Self.session(path) { session in
      try HDF5Dataset(session, in: file, entry.rawValue, place: "\(path): /\(entry.rawValue)").text()
    }
  }

  /// A small file.
  ///
  /// - Throws: `UserError` of kind `file`, also if there is no such file.
  public func file(_ name: String) throws -> Data {
    guard fileNames.contains(name) else {
      throw UserError.file("\(path): there is no file '\(name)'.\(suggestion(for: name, in: fileNames))")
    }
    let place = "\(AttuneFileLayout.filesGroup)/\(name)"
    return try Self.session(path) { session in
      Data(try HDF5Dataset(session, in: file, place, place: "\(path): /\(place)").bytes())
    }
  }

  /// Everything except tensors and state.
  ///
  /// - Parameter kind: which configuration to read; a checkpoint may contain a model's and an adapter's.
  /// - Throws: `UserError` of kind `file`, also if the file has no configuration of this kind.
  public func contents(_ kind: ModelContents.Kind) throws -> ModelContents {
    let entry = kind == .model ? TextEntry.configuration : .adapterConfiguration
    guard let configuration = try text(entry) else {
      throw UserError.file("\(path): contains no \(kind.rawValue): there is no /\(entry.rawValue)")
    }
    var contents = ModelContents(kind: kind, configuration: configuration, provenance: provenance)
    contents.tokenizer = try text(.tokenizer)
    contents.template = try text(.template)
    contents.recipe = try text(.recipe)
    for name in fileNames {
      // Such a file would overwrite another one in a folder; Attune never writes one.
      guard !ModelContents.isKeptElsewhere(name) else {
        throw UserError.file("\(path): contains /files/\(name); no file of that name belongs there")
      }
      contents.files[name] = try file(name)
    }
    return contents
  }

  /// Reads rows of a tensor in their stored type.
  func read(
    _ tensor: TensorDescription, of group: TensorGroup, rows: Range<Int>, into target: UnsafeMutableRawBufferPointer
  ) throws {
    try Self.session(path) { session in
      let dataset = try session.dataset(H5Dopen2(file, "\(group.rawValue)/\(tensor.name)", session.uncached()))
      guard let type = try session.type(of: tensor.type) else {
        throw UserError.file("\(path): tensor '\(tensor.name)' cannot hold \(tensor.type.rawValue)")
      }
      let (memory, place) = try session.selection(of: rows, in: tensor)
      try session.check(H5Dread(dataset, type, memory, place, 0, target.baseAddress))
    }
  }

  /// Runs a session whose errors name the file.
  private static func session<Result>(_ path: String, _ body: (HDF5Session) throws -> Result) throws -> Result {
    do {
      return try HDF5.session(body)
    } catch let failure as HDF5Failure {
      throw UserError.file("\(path): cannot be read: \(failure.cause)")
    }
  }
}
