import Diagnostics
import Foundation

/// A file's bytes, a chunk at a time: memory does not grow with the file.
struct ByteReader {
  let path: String
  /// The bytes that have been read and not yet consumed.
  private(set) var chunk: ArraySlice<UInt8> = []
  private let handle: FileHandle

  /// The most bytes of one record.
  static let recordLimit = 64 << 20
  private static let chunkSize = 1 << 16

  /// Opens a file.
  ///
  /// - Throws: `UserError` of kind `file` where there is none or it can't be read; with the nearest name beside it.
  init(path: String) throws {
    let url = URL(fileURLWithPath: path)
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      let folder = url.deletingLastPathComponent().path
      let beside = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      throw UserError.file("\(path): no such file." + suggestion(for: url.lastPathComponent, in: beside.sorted()))
    }
    if isDirectory.boolValue { throw UserError.file("\(path): this is a folder; expected a file of records") }
    do {
      self.handle = try FileHandle(forReadingFrom: url)
    } catch {
      throw UserError.file("\(path): cannot be opened: \(error.localizedDescription)")
    }
    self.path = path
  }

  /// Makes sure that ``chunk`` holds bytes; false at the end of the file.
  mutating func fill() throws -> Bool {
    if !chunk.isEmpty { return true }
    do {
      guard let data = try handle.read(upToCount: Self.chunkSize), !data.isEmpty else { return false }
      chunk = [UInt8](data)[...]
      return true
    } catch {
      throw UserError.file("\(path): cannot be read: \(error.localizedDescription)")
    }
  }

  /// Takes bytes off the front of ``chunk``.
  mutating func consume(_ count: Int) { chunk = chunk.dropFirst(count) }
}
