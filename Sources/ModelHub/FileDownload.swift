import Diagnostics
import Foundation
import InputFiles

/// The download of one file into a folder: starts or resumes it, checks it and puts it in place.
struct FileDownload {
  let client: HubClient
  let commit: String
  let folder: URL
  let file: HubFile

  /// The name of the file in messages.
  private var what: String { "\(file.name) of \(client.model)" }
  private var target: URL { folder.appendingPathComponent(file.name) }

  /// Whether the folder already contains the file.
  ///
  /// - Throws: `UserError` of kind `recipe` if it contains a different file of that name.
  func isPresent() throws -> Bool {
    guard let there = try? InputFile(target.path) else { return false }
    let isSameSize = file.size.map { $0 == there.size } ?? true
    if isSameSize, try file.digest.map({ try there.digest(like: $0) == $0 }) ?? (file.size != nil) { return true }
    throw UserError.recipe(
      "\(target.path): already exists and differs from the file of \(client.model); fetch into another folder, or "
        + "remove the file")
  }

  /// Fetches the file.
  ///
  /// - Parameter onBytes: receives how many bytes of the file are here, and how many of them have just arrived.
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
          "\(what): the downloaded file has the digest \(found.text), expected \(digest.text); it has been deleted, so "
            + "try again later")
      }
      // The beginning came from an earlier fetch, perhaps of another revision.
      try onEvent(
        .waiting(seconds: 0, reason: "\(file.name): the existing part belongs to another file; starting over"))
      isContinued = false
    }
    try part.commit()
    return (part.size, expected?.text)
  }

  /// Makes one attempt to fetch what is missing.
  ///
  /// - Returns: the digest in the hub's answer, if its list contains none.
  private func transfer(
    into part: PartFile, _ onBytes: (_ there: Int, _ new: Int) throws -> Void
  ) throws -> NamedDigest? {
    if let size = file.size, part.size == size { return nil }
    if let size = file.size, part.size > size { try part.empty() }
    var total = file.size
    var digest: NamedDigest?
    let address = try client.hub.file(file.name, of: client.model, commit: commit)
    try client.ask(address, what: what, offset: part.size) { head in
      if file.digest == nil { digest = head.digest }
      let range = head.status == 206 ? head["content-range"].flatMap(ByteRange.init) : nil
      if part.size > 0, range?.start != part.size { try part.empty() }
      if head.status == 206, part.size != range?.start ?? 0 {
        throw TransferFailure(reason: "\(file.name): the server sent a different part of the file than requested")
      }
      total = try announcedSize(head, range, onto: part.size)
    } onBody: { bytes in
      if let total, part.size + bytes.count > total {
        try part.empty()
        throw UserError.file("\(what): the hub sent more than the announced \(total) bytes")
      }
      try part.append(bytes)
      try onBytes(part.size, bytes.count)
    }
    if let total, part.size < total {
      throw TransferFailure(reason: "\(file.name): the connection ended at byte \(part.size) of \(total)")
    }
    return digest
  }

  /// The size of the file according to the list and to the answer, which must agree.
  private func announcedSize(_ head: HTTPHead, _ range: ByteRange?, onto start: Int) throws -> Int? {
    let rest = head["content-length"].flatMap { Int($0) }
    let announced = range?.total ?? rest.flatMap { $0 >= 0 && $0 <= Int.max - start ? $0 + start : nil }
    if let announced, let listed = file.size, announced != listed {
      throw UserError.file("\(what): the hub lists \(listed) bytes, but sends \(announced)")
    }
    return announced ?? file.size
  }
}

/// `bytes 100-199/200`: which bytes an answer contains, and the size of the file.
struct ByteRange {
  /// The first byte.
  let start: Int
  /// The size of the complete file, if the answer gives it.
  let total: Int?

  /// Parses the field `Content-Range`; nil if it is invalid.
  init?(_ text: String) {
    let parts = text.split(whereSeparator: { " -/".contains($0) })
    guard parts.count == 4, parts[0] == "bytes", let start = Int(parts[1]), start >= 0 else { return nil }
    self.start = start
    total = Int(parts[3])
  }
}
