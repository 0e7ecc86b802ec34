import DataChecks
import Diagnostics
import Inference
import InstructionData
import LanguageModels
import Recipes
import Training

/// A check of a recipe's data: what is wrong or doubtful in the records, and which of them belong together.
///
/// Files are read twice, as streams: a training record takes a few hundred bytes of memory.
public struct DataCheck {
  /// The files that were checked, training first.
  public private(set) var files: [CheckedFile]
  /// What was found, by kind and place.
  public private(set) var findings: [Finding] = []
  /// What is worth knowing about the model.
  public let notes: [String]
  /// How far the checking is.
  public enum Progress {
    /// Records are being read.
    case reading(ReadingProgress)
    /// A model has scored so many answers.
    case scoring(Int, of: Int)
  }

  private let recipe: Recipe
  private let sources: [DataSource]
  private var loader: DataLoader
  private let kinds: Set<FindingKind>

  /// Checks a recipe's data.
  ///
  /// - Parameters:
  ///   - kinds: what is looked for; ``FindingKind/unlikelyAnswer`` only where a model is given.
  ///   - model: a model that judges the answers.
  ///   - worst: the share of the records that are reported as the least likely.
  /// - Throws: `UserError`, `UserErrors`.
  public init(
    _ file: RecipeFile, kinds: Set<FindingKind> = Set(FindingKind.allCases), model: ModelFiles? = nil,
    worst: Double = 0.05, onProgress: ((Progress) -> Void)? = nil
  ) throws {
    recipe = file.recipe
    self.kinds = kinds
    try file.requireRecords()
    let files = try recipe.modelFiles(at: file)
    var unlimited = recipe
    unlimited.data.maximumLength = Int(Int32.max)
    unlimited.data.lengthPolicy = .drop
    notes = files.configuration.notes
    unlimited.data.lostParts = .warn
    loader = try unlimited.dataLoader(files)
    loader.onProgress = onProgress.map { report in { report(.reading($0)) } }
    sources = recipe.data.train.map(\.dataSource) + recipe.data.heldOut.map(\.dataSource)
    self.files = recipe.data.train.map { CheckedFile(path: $0.path, isHeldOut: false) }
    self.files += recipe.data.heldOut.map { CheckedFile(path: $0.path, isHeldOut: true) }

    var checks = SetChecks(
      kinds, nearDuplicates: NearDuplicates(seed: UInt64(recipe.seed)),
      comparesPrompts: recipe.objective.task.purpose != .judgement)
    try readAll(into: &checks, counting: files.encoder != nil)
    findings = checks.findings + checks.together()
    try readAgain(checks)
    if let model, kinds.contains(.unlikelyAnswer) {
      findings += try AnswerScoring(recipe, model).findings(worst: worst) { onProgress?(.scoring($0, of: $1)) }
      try addExcerpts()
    }
    let order = Dictionary(uniqueKeysWithValues: FindingKind.allCases.enumerated().map { ($1, $0) })
    findings = findings.enumerated().sorted { first, second in
      let (one, other) = (order[first.element.kind] ?? 0, order[second.element.kind] ?? 0)
      if one != other { return one < other }
      if first.element.kind == .unlikelyAnswer { return first.offset < second.offset }
      return (first.element.place, first.offset) < (second.element.place, second.offset)
    }.map(\.element)
  }

  /// The first reading: each record alone, and what all of them need.
  private mutating func readAll(into checks: inout SetChecks, counting: Bool) throws {
    for index in sources.indices {
      let isTraining = !files[index].isHeldOut
      let examiner = RecordExaminer(
        file: index, isTraining: isTraining, kinds: kinds, nearDuplicates: checks.nearDuplicates,
        maximumLength: recipe.data.maximumLength, lengthPolicy: recipe.data.lengthPolicy,
        trainsOnAnswers: recipe.data.trainOn != .all)
      let counts = counting && !kinds.isDisjoint(with: RecordExaminer.kindsOfRenderedRecords)
      try loader.stream(sources[index], for: recipe.objective.task.purpose, counting: counts) {
        examiner.examine($0)
      } take: {
        checks.add($0, isTraining: isTraining)
        files[index].records += 1
      }
      if files[index].records == 0 { throw UserError.file("\(files[index].path): the file holds no records") }
    }
  }

  /// The second reading: leaks, near duplicates, and the texts of what was found.
  private mutating func readAgain(_ checks: SetChecks) throws {
    let pairs = kinds.contains(.nearDuplicate) ? checks.nearDuplicates.candidates() : []
    var numbers: [RecordPlace: Int] = [:]
    for pair in pairs {
      numbers[checks.place(pair.first)] = pair.first
      numbers[checks.place(pair.second)] = pair.second
    }
    let looksForLeaks = !kinds.isDisjoint(with: [.leak, .nearLeak, .overlap, .sharedPrompt]) && !checks.heldOut.isEmpty
    let index = looksForLeaks ? HeldOutIndex(checks.heldOut, frequencies: checks.frequencies) : nil
    var leaks = LeakCollector()
    var shingles: [Int: [UInt64]] = [:]
    let alike = Set(numbers.keys)
    if index != nil || !alike.isEmpty {
      for file in files.indices where !files[file].isHeldOut {
        try loader.stream(sources[file], for: recipe.objective.task.purpose) { streamed in
          SecondReading(streamed, file: file, index: index, alike: alike)
        } take: { reading in
          leaks.add(reading.matches, at: reading.place)
          if let number = numbers[reading.place] { shingles[number] = reading.shingles }
        }
      }
    }
    findings += checks.nearDuplicateFindings(pairs, shingles: shingles)
    var excerpts: [RecordPlace: String] = [:]
    for (place, record) in zip(checks.heldOutPlaces, checks.heldOut) { excerpts[place] = record.excerpt }
    findings += leaks.findings(heldOut: checks.heldOutPlaces).filter { kinds.contains($0.kind) }
    for position in findings.indices where findings[position].excerpt.isEmpty {
      findings[position].excerpt = excerpts[findings[position].place] ?? ""
    }
    try addExcerpts()
  }

  /// Reads the training records again, as lines.
  func forEachTrainingRecord(_ body: (RecordPlace, [UInt8]) throws -> Void) throws {
    for file in files.indices where !files[file].isHeldOut {
      try loader.stream(sources[file], for: recipe.objective.task.purpose) { streamed in
        (RecordPlace(file: file, line: streamed.line), streamed.jsonLine)
      } take: {
        try body($0, $1)
      }
    }
  }

  /// Reads excerpts of the training records that findings name.
  private mutating func addExcerpts() throws {
    let missing = Set(findings.lazy.filter(\.excerpt.isEmpty).map(\.place))
    var excerpts: [RecordPlace: String] = [:]
    for file in files.indices where missing.contains(where: { $0.file == file }) {
      try loader.stream(sources[file], for: recipe.objective.task.purpose) { streamed -> (RecordPlace, String)? in
        let place = RecordPlace(file: file, line: streamed.line)
        guard missing.contains(place), case .success(let record) = streamed.record else { return nil }
        return (place, record.checked.excerpt)
      } take: {
        if let (place, excerpt) = $0 { excerpts[place] = excerpt }
      }
    }
    for position in findings.indices where findings[position].excerpt.isEmpty {
      findings[position].excerpt = excerpts[findings[position].place] ?? ""
    }
  }
}

/// What the second reading finds in a training record.
private struct SecondReading: Sendable {
  let place: RecordPlace
  var matches: [LeakMatch] = []
  var shingles: [UInt64] = []

  init(_ streamed: StreamedRecord, file: Int, index: HeldOutIndex?, alike: Set<RecordPlace>) {
    place = RecordPlace(file: file, line: streamed.line)
    guard case .success(let record) = streamed.record, index != nil || alike.contains(place) else { return }
    let checked = record.checked
    if let index { matches = index.matches(of: checked) }
    if alike.contains(place) {
      shingles = DataChecks.shingles(of: checked.words, size: NearDuplicates.shingleSize)
    }
  }
}
