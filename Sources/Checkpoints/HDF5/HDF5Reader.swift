import CHDF5
import Diagnostics

/// Lists an HDF5 file and rejects anything that Attune does not write.
struct HDF5Reader {
  let session: HDF5Session
  let file: hid_t
  let path: String

  /// The contents of the root attributes.
  func header() throws -> (kind: AttuneFileKind, provenance: [String: String]) {
    var attributes = try session.readAttributes(of: file, place: path)
    let known = AttuneFileLayout.rootAttributes.map { attributes.removeValue(forKey: $0) }
    guard known[0] == .text(AttuneFileLayout.format) else {
      throw UserError.file("\(path): the root attribute 'format' is not '\(AttuneFileLayout.format)'")
    }
    guard case .integer(let version) = known[1] else { throw UserError.file("\(path): has no version") }
    guard version == AttuneFileLayout.version else {
      throw UserError.file("\(path): has version \(version); this program reads version \(AttuneFileLayout.version)")
    }
    guard case .text(let kindName) = known[2], let kind = AttuneFileKind(rawValue: kindName) else {
      throw UserError.file("\(path): the root attribute 'kind' is not one of model, adapter, checkpoint")
    }
    guard known[3] == .integer(1) else {
      throw UserError.file("\(path): is incomplete: the program that wrote it was interrupted")
    }
    let provenance = try attributes.mapValues { value in
      guard case .text(let text) = value else { throw UserError.file("\(path): a root attribute is not a text") }
      return text
    }
    return (kind, provenance)
  }

  /// The contents of a file other than its root attributes.
  struct Listing {
    var state: [String: StateValue] = [:]
    var tensors: [TensorGroup: [TensorDescription]] = [:]
    var texts: Set<TextEntry> = []
    var files: [String] = []
  }

  /// Lists and checks everything in the file.
  func listing() throws -> Listing {
    var listing = Listing()
    for name in try links(of: file, "/") {
      if let entry = TextEntry(rawValue: name) {
        listing.texts.insert(entry)
      } else if let group = TensorGroup(rawValue: name) {
        listing.tensors[group] = try tensors(in: group)
      } else if name == "optimizer" {
        for moment in try links(of: group(name), "/\(name)") {
          guard let group = TensorGroup(rawValue: "\(name)/\(moment)") else { throw unknown("\(name)/\(moment)") }
          listing.tensors[group] = try tensors(in: group)
        }
      } else if name == AttuneFileLayout.stateGroup {
        let group = try group(name)
        guard try links(of: group, "/\(name)").isEmpty else {
          throw UserError.file("\(path): /\(name) contains more than attributes")
        }
        listing.state = try session.readAttributes(of: group, place: "\(path): /\(name)")
      } else if name == AttuneFileLayout.filesGroup {
        listing.files = try links(of: group(name), "/\(name)").sorted()
      } else {
        throw unknown(name)
      }
    }
    return listing
  }

  private func unknown(_ name: String) -> UserError {
    UserError.file("\(path): unknown entry /\(name)")
  }

  private func group(_ name: String) throws -> hid_t {
    let group = try session.object(H5Oopen(file, name, 0))
    guard attune_h5_is_group(group) else { throw UserError.file("\(path): /\(name) is not a group") }
    return group
  }

  private func links(of group: hid_t, _ name: String) throws -> [String] {
    guard let names = try session.links(of: group) else {
      throw UserError.file("\(path): \(name) contains links to other places, or too many links")
    }
    return try names.map { bytes in
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw UserError.file("\(path): a name in \(name) is not UTF-8")
      }
      return text
    }
  }

  private func tensors(in group: TensorGroup) throws -> [TensorDescription] {
    let id = try self.group(group.rawValue)
    return try links(of: id, "/\(group.rawValue)").map { name in
      try HDF5Dataset(session, in: id, name, place: "\(path): /\(group.rawValue)/\(name)")
        .tensor(named: name, mayHoldCodes: group.mayHoldCodes)
    }.inNameOrder()
  }
}
