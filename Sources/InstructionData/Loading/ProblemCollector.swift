import Diagnostics

/// Throws the first problem, collects problems up to a limit and throws them at the end, or only counts them.
///
/// If many records of a file have the same problem, for example because all use other keys, it reports three of them
/// and counts the others.
struct ProblemCollector {
  /// A reported problem, and how many later records had the same one.
  private struct Entry {
    let error: UserError
    let path: String
    var more = 0
    /// Of the last report of a problem: how many tokens the longest record has, if several are too long.
    var longest: Int?
  }

  /// How many records with the same problem are reported one by one.
  private static let reportsPerProblem = 3

  private let handling: ProblemHandling
  private var entries: [Entry] = []
  /// For each problem of a file: how many reports it has, the index of the last one, and the longest record.
  private var reported: [String: (count: Int, last: Int, longest: Int?)] = [:]
  /// How many problems are above the limit.
  private var omitted = 0
  /// How many tokens the longest record has, if one above the limit is too long.
  private var longestOmitted: Int?
  /// How many problems were added.
  private(set) var count = 0

  /// Whether the first problem is thrown.
  var throwsFirst: Bool { handling == .throwFirst }

  init(_ handling: ProblemHandling) { self.handling = handling }

  /// Collects or counts a problem, or throws it.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - problem: what is wrong, without the line. Texts that differ only in numbers count as the same problem.
  ///   - length: how many tokens the record has, if that is the problem.
  mutating func add(_ error: UserError, in path: String, problem: String, length: Int? = nil) throws {
    if handling == .throwFirst { throw error }
    count += 1
    guard case .collect(let limit) = handling else { return }
    // Lengths and positions differ from record to record.
    let key = "\(path) \(problem.filter { !$0.isNumber })"
    let longest = [reported[key]?.longest, length].compactMap { $0 }.max()
    if let known = reported[key], known.count == Self.reportsPerProblem {
      reported[key]?.longest = longest
      entries[known.last].more += 1
      entries[known.last].longest = longest
    } else if entries.count < max(1, limit) {
      if let known = reported[key] { entries[known.last].longest = nil }
      let count = (reported[key]?.count ?? 0) + 1
      reported[key] = (count, entries.count, longest)
      entries.append(Entry(error: error, path: path, longest: count > 1 ? longest : nil))
    } else {
      omitted += 1
      longestOmitted = length == nil ? longestOmitted : [longestOmitted, longest].compactMap { $0 }.max()
    }
  }

  /// Throws the collected problems, if there are any.
  func finish() throws {
    if entries.isEmpty { return }
    var errors = entries.flatMap { entry in
      if entry.more > 0 {
        return [entry.error, .file("\(entry.path): \(records(entry.more)) the same problem" + length(entry.longest))]
      }
      return [entry.error]
        + (entry.longest.map { [.file("\(entry.path): the longest of these records has \($0) tokens")] } ?? [])
    }
    if omitted > 0 {
      errors.append(.file("and \(omitted) more problem\(omitted == 1 ? "" : "s")" + length(longestOmitted)))
    }
    throw UserErrors(errors)
  }

  private func length(_ longest: Int?) -> String {
    longest.map { "; the longest record has \($0) tokens" } ?? ""
  }

  private func records(_ count: Int) -> String { count == 1 ? "1 more record has" : "\(count) more records have" }
}
