import Diagnostics
import Foundation
import Hashing
import InputFiles

/// The 512 bytes before the HDF5 data of an Attune file, which HDF5 programs skip.
///
/// | bytes | what |
/// |---|---|
/// | 0–7 | magic: `89`, `ATTUNE` in ASCII, `0A` |
/// | 8–11 | version of this block, 1, little-endian |
/// | 12–19 | the number of bytes that follow the block, little-endian |
/// | 20–51 | their SHA-256 |
/// | 52–511 | zero |
///
/// The digest is verified before libhdf5 reads a byte, because libhdf5 crashes on damaged files or silently reads wrong
/// values.
enum UserBlock {
  static let size = 512
  private static let magic: [UInt8] = [0x89, 0x41, 0x54, 0x54, 0x55, 0x4E, 0x45, 0x0A]
  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
  private static let version: UInt32 = 1

  /// The block for a file whose HDF5 data have been written.
  static func bytes(for file: InputFile) throws -> [UInt8] {
    let length = UInt64(file.size - size)
    var block = magic
    block += (0..<4).map { UInt8(truncatingIfNeeded: version >> (8 * $0)) }
    block += (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    block += try digest(of: file)
    block += Array(repeating: 0, count: size - block.count)
    return block
  }

  /// Checks magic, version, length and digest.
  ///
  /// - Throws: `UserError` of kind `file` that distinguishes another program's file from a damaged one.
  static func verify(_ file: InputFile) throws {
    let block = try file.bytes(at: 0, count: min(size, file.size))
    guard block.starts(with: magic) else {
      try file.refuseMisplacedContents()
      throw UserError.file(
        block.starts(with: signature)
          ? "\(file.path): is an HDF5 file of another program; expected one that Attune wrote"
          : "\(file.path): is not a file that Attune wrote; expected a model, adapter or checkpoint in HDF5")
    }
    func damaged(_ problem: String) -> UserError { UserError.file("\(file.path): is damaged: \(problem)") }
    guard file.size > size else { throw damaged("it ends after \(file.size) bytes") }
    func number(_ range: Range<Int>) -> UInt64 { block[range].reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    guard number(8..<12) == version else {
      throw UserError.file(
        "\(file.path): has version \(number(8..<12)) of Attune's user block; this program reads version \(version)")
    }
    guard number(12..<20) == UInt64(file.size - size) else {
      throw damaged("it has \(file.size - size) bytes after the user block, expected \(number(12..<20))")
    }
    guard block[52...].allSatisfy({ $0 == 0 }) else { throw damaged("the user block holds unexpected bytes") }
    guard try digest(of: file) == Array(block[20..<52]) else {
      throw damaged("its content does not match the stored SHA-256 digest")
    }
    guard try file.bytes(at: size, count: min(8, file.size - size)) == signature else {
      throw damaged("no HDF5 data follow the user block")
    }
  }

  /// SHA-256 of everything after the block.
  private static func digest(of file: InputFile) throws -> [UInt8] {
    let digest = Digest()
    try withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 64) { buffer in
      var position = size
      while position < file.size {
        let block = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, file.size - position)])
        try file.read(at: position, into: block)
        digest.update(UnsafeRawBufferPointer(block))
        position += block.count
      }
    }
    return digest.finish()
  }
}
