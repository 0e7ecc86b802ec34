import Diagnostics
import Foundation
import InputFiles

/// A TensorBoard event file, `events.out.tfevents.SECONDS.HOST.PROCESS`: a sequence of TFRecord frames, one per event.
final class EventFile {
  private let handle: FileHandle
  private let path: String

  /// Starts a new file, whose name sorts after those in the folder, because TensorBoard reads them in that order.
  ///
  /// - Throws: `UserError` of kind `output`.
  init(in folder: URL, time: Double = Date().timeIntervalSince1970) throws {
    let prefix = "events.out.tfevents."
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let latest = names.filter { $0.hasPrefix(prefix) }
      .compactMap { Int($0.dropFirst(prefix.count).prefix { $0 != "." }) }.max()
    let seconds = max(Int(time), latest.map { $0 < .max ? $0 + 1 : $0 } ?? 0)
    let name = "\(prefix)\(seconds).\(ProcessInfo.processInfo.hostName).\(ProcessInfo.processInfo.processIdentifier)"
    path = folder.appendingPathComponent(name.replacing("/", with: "_")).path
    guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path)
    else { throw UserError.output("\(path): cannot be written") }
    self.handle = handle
    try write(.version, step: 0)
  }

  deinit { try? handle.close() }

  /// Appends an event.
  ///
  /// - Throws: `UserError` of kind `output`.
  func write(_ event: TensorBoardEvent, step: Int, time: Double = Date().timeIntervalSince1970) throws {
    do {
      try handle.write(contentsOf: Self.frame(event.bytes(step: step, time: time)))
    } catch {
      throw UserError.output("\(path): cannot be written: \(systemReason(error))")
    }
  }

  /// A TFRecord frame: the length in eight bytes, its checksum, the data, its checksum (TensorFlow's
  /// `record_writer.h`).
  static func frame(_ data: [UInt8]) -> Data {
    func little(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian, Array.init) }
    let length = little(UInt64(data.count))
    return Data(length + little(CRC32C.masked(length)) + data + little(CRC32C.masked(data)))
  }
}
