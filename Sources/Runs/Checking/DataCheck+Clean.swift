import DataChecks
import Foundation
import InstructionData
import OutputFiles

extension DataCheck {
  /// What a clean set leaves out.
  public struct Cleaning: Sendable, Equatable {
    /// Records that were written.
    public var kept = 0
    /// Records that were left out, by the first kind of finding that names them.
    public var dropped: [FindingKind: Int] = [:]

    /// Nothing yet.
    public init() {}
  }

  /// The training records that a clean set does not hold, each under the first kind of finding that names it.
  public func dropped(_ kinds: Set<FindingKind>) -> [RecordPlace: FindingKind] {
    var places: [RecordPlace: FindingKind] = [:]
    for finding in findings where kinds.contains(finding.kind) {
      for place in finding.dropped where places[place] == nil { places[place] = finding.kind }
    }
    return places
  }

  /// Writes the training records without those that some kinds of findings name: lines byte for byte as they are,
  /// elements of arrays as lines. The file is complete or not there at all.
  ///
  /// - Throws: `UserError`.
  public func writeClean(to url: URL, without kinds: Set<FindingKind>) throws -> Cleaning {
    let dropped = dropped(kinds)
    let file = try PartialFile(for: url)
    var cleaning = Cleaning()
    var offset = 0
    var pending: [UInt8] = []
    func flush() throws {
      try file.write(pending, at: offset)
      offset += pending.count
      pending.removeAll(keepingCapacity: true)
    }
    try forEachTrainingRecord { place, line in
      if let kind = dropped[place] {
        cleaning.dropped[kind, default: 0] += 1
        return
      }
      pending += line + [0x0A]
      cleaning.kept += 1
      if pending.count > 1 << 20 { try flush() }
    }
    try flush()
    try file.commit()
    return cleaning
  }
}
