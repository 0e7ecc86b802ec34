import Checkpoints
import Diagnostics
import Foundation
import InputFiles

/// One file from a hub into a folder: begun, gone on with, checked, put in place.
struct FileDownload {
  let client: HubClient
  let commit: String
  let folder: URL
  let file: HubFile

  /// What messages call the file.
  private var what: String { "\(file.name) of \(client.model)" }
  private var target: URL { folder.appendingPathComponent(file.name) }

  /// Whether the folder holds the file already.
  ///
  /// - Throws: `UserError` of kind `recipe` where it holds another one of that name.
  func isPresent() throws -> Bool {
    guard let there = try? InputFile(target.path) else { return false }
    let isSameSize = file.size.map { $0 == there.size } ?? true
    if isSameSize, try file.digest.map({ try there.digest(like: $0) == $0 }) ?? (file.size != nil) { return true }
    throw UserError.recipe(
      "\(target.path) is there already and is not what \(client.model) has: fetch into another folder, or remove the file"
    )
  }

  /// Fetches the file.
  ///
  /// - Parameter onBytes: told how many bytes of the file are there, and how many came just now.
  /// - Returns: its size and its digest.
  func run(
    onBytes: (_ there: Int, _ new: Int) throws -> Void, onEvent: (FetchEvent) throws -> Void
  ) throws -> (bytes: Int, digest: String?) {
    let part = try PartFile(for: target.path)
    var isContinued = part.size > 0
    var expected = file.digest
    while true {
      try client.persist(what: what, progress: { part.size }, onEvent: onEvent) {
        expected = try transfer(into: part, onBytes) ?? expected
      }
      guard let digest = expected else {
        try onEvent(.unchecked(file: file.name))
        break
      }
      let found = try part.digest(like: digest)
      if found == digest { break }
      try part.empty()
      guard isContinued else {
        throw UserError.file(
          "\(what): what came has the digest \(found.text); expected \(digest.text). It was thrown away: try again later"
        )
      }
      // The beginning was from an earlier start, perhaps of another revision.
      try onEvent(.waiting(seconds: 0, reason: "\(file.name): the part that was there is of another file; begun anew"))
      isContinued = false
    }
    try part.commit()
    return (part.size, expected?.text)
  }

  /// Fetches what is missing, once.
  ///
  /// - Returns: the digest that the hub's answer names, where its list names none.
  private func transfer(
    into part: PartFile, _ onBytes: (_ there: Int, _ new: Int) throws -> Void
  ) throws -> NamedDigest? {
    if let size = file.size, part.size == size { return nil }
    if let size = file.size, part.size > size { try part.empty() }
    var whole = file.size
    var digest: NamedDigest?
    let address = try client.hub.file(file.name, of: client.model, commit: commit)
    try client.ask(address, what: what, offset: part.size) { head in
      if file.digest == nil { digest = head.digest }
      let range = head.status == 206 ? head["content-range"].flatMap(ByteRange.init) : nil
      if part.size > 0, range?.start != part.size { try part.empty() }
      if head.status == 206, part.size != range?.start ?? 0 {
        throw TransferFailure(reason: "\(file.name): the server sent another part than the one asked for")
      }
      whole = try size(told: head, range, onto: part.size)
    } onBody: { bytes in
      if let whole, part.size + bytes.count > whole {
        try part.empty()
        throw UserError.file("\(what): more than the \(whole) bytes came that the hub told")
      }
      try part.append(bytes)
      try onBytes(part.size, bytes.count)
    }
    if let whole, part.size < whole {
      throw TransferFailure(reason: "\(file.name): the connection ended at byte \(part.size) of \(whole)")
    }
    return digest
  }

  /// How many bytes the file has by the list and by the answer, which must agree.
  private func size(told head: HTTPHead, _ range: ByteRange?, onto start: Int) throws -> Int? {
    let rest = head["content-length"].flatMap { Int($0) }
    let told = range?.total ?? rest.flatMap { $0 >= 0 && $0 <= Int.max - start ? $0 + start : nil }
    if let told, let listed = file.size, told != listed {
      throw UserError.file("\(what): the hub lists \(listed) bytes and sends \(told)")
    }
    return told ?? file.size
  }
}

/// `bytes 100-199/200`: which bytes an answer holds, and of how many.
struct ByteRange {
  /// The first byte.
  let start: Int
  /// The size of the whole, where it is told.
  let total: Int?

  /// Reads the field `Content-Range`; nil where it is none.
  init?(_ text: String) {
    let parts = text.split(whereSeparator: { " -/".contains($0) })
    guard parts.count == 4, parts[0] == "bytes", let start = Int(parts[1]), start >= 0 else { return nil }
    self.start = start
    total = Int(parts[3])
  }
}
