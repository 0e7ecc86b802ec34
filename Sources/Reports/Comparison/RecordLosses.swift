import Diagnostics
import Foundation
import InputFiles
import OutputFiles
import StrictJSON

/// `evaluation.json`: the loss of every held-out record, so that two runs can be compared record by record.
package struct RecordLosses: Sendable, Equatable {
  /// The records of one held-out file.
  package struct Source: Sendable, Equatable {
    /// Its name in reports.
    package let name: String
    /// The file's checksum; nil if the file could not be read.
    package let checksum: UInt32?
    /// The line of each record.
    package let lines: [Int]
    /// The divisor of each record's loss: its number of trained tokens, or 1 for a pair.
    package let counts: [Int]
    /// Each record's summed loss, in nats.
    package let losses: [Double]

    /// Creates the records of a file.
    package init(name: String, checksum: UInt32?, lines: [Int], counts: [Int], losses: [Double]) {
      (self.name, self.checksum, self.lines, self.counts, self.losses) = (name, checksum, lines, counts, losses)
    }
  }

  /// The step after which the set was evaluated.
  package let step: Int
  /// The held-out files.
  package let sources: [Source]

  /// Creates the losses after a step.
  package init(step: Int, sources: [Source]) { (self.step, self.sources) = (step, sources) }

  /// The file's name in a run's folder.
  package static let fileName = "evaluation.json"

  /// Writes the file.
  ///
  /// - Throws: `UserError` of kind `output`.
  package func write(to folder: URL) throws {
    let value: JSONValue = [
      "step": .integer(step),
      "sources": .array(
        sources.map { source in
          [
            "name": .string(source.name), "crc32c": source.checksum.map { .integer($0) } ?? .null,
            "lines": .array(source.lines.map { .integer($0) }), "counts": .array(source.counts.map { .integer($0) }),
            "losses": .array(source.losses.map { .double($0) }),
          ]
        }),
    ]
    try writeAtomically(Data((value.compactText + "\n").utf8), to: folder.appendingPathComponent(Self.fileName))
  }

  /// Reads a run's file; nil if there is none.
  ///
  /// - Throws: `UserError` of kind `file` that says what is wrong.
  package init?(readingFrom folder: URL) throws {
    let url = folder.appendingPathComponent(Self.fileName)
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    let value: JSONValue
    do {
      value = try JSONValue(parsing: InputFile(url.path).contents(limit: 1 << 30))
    } catch let error as JSONError {
      throw UserError.file(error.message(in: url.path))
    }
    guard let step = value["step"]?.intValue, let sources = value["sources"]?.arrayValue else {
      throw UserError.file("\(url.path): expected 'step' and 'sources'")
    }
    self.step = step
    self.sources = try sources.map { source in
      // A loss that is not finite is stored as null.
      let losses = source["losses"]?.arrayValue?.map { $0.doubleValue ?? .nan }
      let (lines, counts) = (source["lines"]?.arrayValue, source["counts"]?.arrayValue)
      guard let name = source["name"]?.stringValue, let losses, let lines = lines?.compactMap(\.intValue),
        let counts = counts?.compactMap(\.intValue), lines.count == losses.count, counts.count == losses.count,
        counts.allSatisfy({ 0...Int(Int32.max) ~= $0 })
      else {
        throw UserError.file(
          "\(url.path): expected for every source a name, and equally many lines, counts and losses")
      }
      let checksum = source["crc32c"]?.intValue.flatMap { UInt32(exactly: $0) }
      return Source(name: name, checksum: checksum, lines: lines, counts: counts, losses: losses)
    }
  }
}

/// The CRC-32C of a file's bytes; nil if the file cannot be read.
package func fileChecksum(_ path: String) -> UInt32? {
  guard var bytes = try? ByteReader(path: path) else { return nil }
  var checksum = CRC32C()
  do {
    while try bytes.fill() {
      checksum.add(bytes.chunk)
      bytes.consume(bytes.chunk.count)
    }
  } catch { return nil }
  return checksum.value
}
