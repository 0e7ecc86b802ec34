import Checkpoints
import Crypto
import Foundation

/// The digest by which a hub names what a file holds.
enum ContentDigest: Sendable, Equatable {
  /// SHA-256 of the bytes: of large files, which git keeps elsewhere (LFS).
  case sha256(String)
  /// Git's name of a small file: SHA-1 of `blob SIZE`, a zero byte, and the bytes.
  case gitBlob(String)

  /// A digest by its length: 64 hexadecimal digits are SHA-256, 40 are git's; nil for anything else.
  init?(hexadecimal text: String) {
    let digits = text.lowercased()
    guard digits.utf8.allSatisfy({ Self.isDigit($0) }) else { return nil }
    switch digits.utf8.count {
    case 64: self = .sha256(digits)
    case 40: self = .gitBlob(digits)
    default: return nil
    }
  }

  /// The digest in hexadecimal digits.
  var text: String {
    switch self {
    case .sha256(let text), .gitBlob(let text): text
    }
  }

  /// The digest of the same kind of other contents.
  ///
  /// - Parameters:
  ///   - size: how many bytes there are.
  ///   - next: gives the next bytes; none at the end.
  func same(of size: Int, next: () throws -> Data) rethrows -> ContentDigest {
    switch self {
    case .sha256: .sha256(try Self.digits(SHA256(), next))
    case .gitBlob:
      .gitBlob(
        try {
          var hash = Insecure.SHA1()
          hash.update(data: Data("blob \(size)\0".utf8))
          return try Self.digits(hash, next)
        }())
    }
  }

  private static func digits(_ start: some HashFunction, _ next: () throws -> Data) rethrows -> String {
    var hash = start
    while true {
      let piece = try next()
      if piece.isEmpty { break }
      hash.update(data: piece)
    }
    return hexadecimal(hash.finalize())
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
  }
}
