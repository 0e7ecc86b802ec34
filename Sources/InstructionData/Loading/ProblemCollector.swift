import Diagnostics

/// Throws the first problem, gathers them up to a limit and throws them at the end, or counts them.
struct ProblemCollector {
  private let handling: ProblemHandling
  private var errors: [UserError] = []
  /// How many problems there were.
  private(set) var count = 0

  init(_ handling: ProblemHandling) { self.handling = handling }

  /// Notes a problem, or throws it where the first decides.
  mutating func add(_ error: UserError) throws {
    if handling == .throwFirst { throw error }
    count += 1
    if case .collect(let limit) = handling, errors.count < max(1, limit) { errors.append(error) }
  }

  /// Throws what was gathered.
  func finish() throws {
    if errors.isEmpty { return }
    let more = count - errors.count
    throw UserErrors(more == 0 ? errors : errors + [.file("and \(more) more problem\(more == 1 ? "" : "s")")])
  }
}
