import Diagnostics

/// Throws the first problem, gathers them up to a limit and throws them at the end, or counts them.
///
/// Where many records of a file have the same problem, as when the keys are other ones throughout, three of them are told
/// and the others counted.
struct ProblemCollector {
  /// A problem that is told, and how many more records like it there were behind it.
  private struct Entry {
    let error: UserError
    let path: String
    var more = 0
  }

  /// So many records with the same problem are told one by one.
  private static let toldOfEach = 3

  private let handling: ProblemHandling
  private var entries: [Entry] = []
  /// How often a problem of a file was told, and its last entry.
  private var told: [String: (count: Int, last: Int)] = [:]
  private var untold = 0
  /// How many problems there were.
  private(set) var count = 0

  init(_ handling: ProblemHandling) { self.handling = handling }

  /// Notes or counts a problem, or throws it where the first decides.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - problem: what is wrong, without the line: the same text but for numbers is the same problem.
  mutating func add(_ error: UserError, in path: String, problem: String) throws {
    if handling == .throwFirst { throw error }
    count += 1
    guard case .collect(let limit) = handling else { return }
    // Lengths and positions differ from record to record.
    let key = "\(path) \(problem.filter { !$0.isNumber })"
    if let known = told[key], known.count == Self.toldOfEach {
      entries[known.last].more += 1
    } else if entries.count < max(1, limit) {
      told[key] = ((told[key]?.count ?? 0) + 1, entries.count)
      entries.append(Entry(error: error, path: path))
    } else {
      untold += 1
    }
  }

  /// Throws what was gathered.
  func finish() throws {
    if entries.isEmpty { return }
    var errors = entries.flatMap { entry in
      entry.more == 0 ? [entry.error] : [entry.error, .file("\(entry.path): \(records(entry.more)) the same problem")]
    }
    if untold > 0 { errors.append(.file("and \(untold) more problem\(untold == 1 ? "" : "s")")) }
    throw UserErrors(errors)
  }

  private func records(_ count: Int) -> String { count == 1 ? "1 more record has" : "\(count) more records have" }
}
