import Diagnostics
import StrictJSON

/// A file of a model on a hub.
struct HubFile: Sendable, Equatable {
  /// Its path in the model; a plain name for every file that is fetched.
  let name: String
  /// Its size in bytes, if the hub gives it.
  let size: Int?
  /// The digest of its contents, if the hub gives it.
  let digest: NamedDigest?
}

/// A hub's description of a revision of a model.
struct Listing: Sendable {
  /// The commit, which ensures that all files come from the same state of the model.
  let commit: String
  /// Its files.
  let files: [HubFile]
  /// The licence that its card names.
  let license: String?
  /// Whether users must accept conditions before they can fetch the files.
  let isGated: Bool

  /// Parses the answer to `/api/models/OWNER/NAME/revision/REVISION?blobs=true`.
  ///
  /// - Throws: `UserError` of kind `file` if it is not such an answer, or names a file outside the folder.
  init(parsing bytes: [UInt8], model: ModelReference, place: String) throws {
    let root: JSONValue
    do {
      root = try JSONValue(parsing: bytes, maximumDepth: 32)
    } catch let error as JSONError {
      throw UserError.file(
        "\(place): the answer is not a hub's list of files: \(error). Is HF_ENDPOINT the address of a hub?")
    }
    guard let siblings = root["siblings"]?.arrayValue else {
      throw UserError.file("\(place): the answer lists no files ('siblings'). Is HF_ENDPOINT the address of a hub?")
    }
    files = try siblings.map { try Self.file($0, place) }
    var seen: Set<String> = []
    if let twice = files.first(where: { !seen.insert($0.name).inserted }) {
      throw UserError.file("\(place): the hub lists the file '\(twice.name)' twice")
    }
    let sha = root["sha"]?.stringValue
    commit = sha.flatMap { NamedDigest(hexadecimal: $0)?.text } ?? model.revision
    let card = root["cardData"]
    license = card?["license_name"]?.stringValue ?? card?["license"]?.stringValue ?? Self.licenseTag(in: root)
    isGated = root["gated"].map { $0.boolValue ?? !$0.isNull } ?? false
  }

  private static func file(_ value: JSONValue, _ place: String) throws -> HubFile {
    guard let name = value["rfilename"]?.stringValue else {
      throw UserError.file("\(place): the hub lists a file without a name ('rfilename')")
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard name.utf8.count <= 1000, parts.allSatisfy({ !["", ".", ".."].contains($0) }),
      name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control && $0 != "\\" })
    else {
      throw UserError.file(
        "\(place): the hub lists the file '\(name)', whose name would leave the folder; nothing has been fetched")
    }
    let size = value["size"]?.intValue ?? value["lfs"]?["size"]?.intValue
    if let size, size < 0 { throw UserError.file("\(place): the hub says that \(name) has \(size) bytes") }
    let digests = [value["lfs"]?["sha256"], value["lfs"]?["oid"], value["blobId"]].compactMap { $0?.stringValue }
    // The `blobId` of a large file identifies git's pointer to it, not the file.
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
