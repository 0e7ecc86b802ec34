import Diagnostics

/// What a download often leaves in a file's place, recognised by the first bytes.
package enum MisplacedContents: Sendable {
  /// The few lines that Git stores for a large file: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md.
  case lfsPointer
  /// A page for a browser: a login, an error, a file's preview.
  case webPage
  /// A file compressed by gzip (RFC 1952).
  case gzip

  /// Recognises a file by its beginning; nil if it is none of these.
  package init?(_ beginning: some Collection<UInt8>) {
    let text = beginning.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }.prefix(64)
      .map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 }
    if text.starts(with: "version https://git-lfs.github.com/".utf8) {
      self = .lfsPointer
    } else if text.starts(with: "<!doctype html".utf8) || text.starts(with: "<html".utf8) {
      self = .webPage
    } else if beginning.starts(with: [0x1F, 0x8B]) {
      self = .gzip
    } else {
      return nil
    }
  }

  /// What the file is and how to get the right one, to follow its name.
  package var description: String {
    switch self {
    case .lfsPointer: "is a Git LFS pointer in place of the file; get the file with `git lfs pull`"
    case .webPage: "is a web page in place of the file; download the file again"
    case .gzip: "is compressed by gzip; unpack it (gunzip)"
    }
  }
}

extension InputFile {
  /// Refuses a file that holds what a download left in its place.
  ///
  /// - Throws: `UserError` of kind `file`.
  package func refuseMisplacedContents() throws {
    if let found = MisplacedContents(try bytes(at: 0, count: min(size, 128))) {
      throw UserError.file("\(path): \(found.description)")
    }
  }
}
