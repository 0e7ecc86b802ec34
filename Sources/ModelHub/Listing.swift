import Diagnostics
import StrictJSON

/// A file of a model on a hub.
struct HubFile: Sendable, Equatable {
  /// Its name, without a folder for all that is fetched.
  let name: String
  /// How many bytes it has, where the hub tells.
  let size: Int?
  /// What it holds, where the hub tells.
  let digest: NamedDigest?
}

/// What a hub says about a revision of a model.
struct Listing: Sendable {
  /// The commit, so that all files come from one state of the model.
  let commit: String
  /// Its files.
  let files: [HubFile]
  /// The licence that its card names.
  let license: String?
  /// Whether somebody must accept conditions before the files can be had.
  let isGated: Bool

  /// Reads the answer to `/api/models/OWNER/NAME/revision/REVISION?blobs=true`.
  ///
  /// - Throws: `UserError` of kind `file` where it is no such answer, or names a file that would leave the folder.
  init(parsing bytes: [UInt8], model: ModelReference, place: String) throws {
    let root: JSONValue
    do {
      root = try JSONValue(parsing: bytes, maximumDepth: 32)
    } catch let error as JSONError {
      throw UserError.file("\(place): not what a hub answers: \(error). Is HF_ENDPOINT the address of a hub?")
    }
    guard let siblings = root["siblings"]?.arrayValue else {
      throw UserError.file("\(place): lists no files ('siblings'). Is HF_ENDPOINT the address of a hub?")
    }
    files = try siblings.map { try Self.file($0, place) }
    var seen: Set<String> = []
    if let twice = files.first(where: { !seen.insert($0.name).inserted }) {
      throw UserError.file("\(place): lists the file '\(twice.name)' twice")
    }
    let sha = root["sha"]?.stringValue
    commit = sha.flatMap { NamedDigest(hexadecimal: $0)?.text } ?? model.revision
    let card = root["cardData"]
    license = card?["license_name"]?.stringValue ?? card?["license"]?.stringValue ?? Self.licenseTag(in: root)
    isGated = root["gated"].map { $0.boolValue ?? !$0.isNull } ?? false
  }

  private static func file(_ value: JSONValue, _ place: String) throws -> HubFile {
    guard let name = value["rfilename"]?.stringValue else {
      throw UserError.file("\(place): lists a file without a name ('rfilename')")
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard name.utf8.count <= 1000, parts.allSatisfy({ !["", ".", ".."].contains($0) }),
      name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control && $0 != "\\" })
    else {
      throw UserError.file("\(place): lists the file '\(name)', whose name would leave the folder; nothing was fetched")
    }
    let size = value["size"]?.intValue ?? value["lfs"]?["size"]?.intValue
    if let size, size < 0 { throw UserError.file("\(place): says that \(name) has \(size) bytes") }
    let digests = [value["lfs"]?["sha256"], value["lfs"]?["oid"], value["blobId"]].compactMap { $0?.stringValue }
    // A large file's `blobId` names git's pointer to it, not the file.
    let isLarge = value["lfs"].map { !$0.isNull } ?? false
    let digest = digests.lazy.compactMap { NamedDigest(hexadecimal: $0) }.first { !isLarge || $0.text.count == 64 }
    return HubFile(name: name, size: size, digest: digest)
  }

  /// `license:apache-2.0` among the tags.
  private static func licenseTag(in root: JSONValue) -> String? {
    let tags = (root["tags"]?.arrayValue ?? []).compactMap(\.stringValue)
    return tags.first { $0.hasPrefix("license:") }.map { String($0.dropFirst("license:".count)) }
  }
}
