import DataChecks

/// What the first reading keeps of all records, and what can be found in all of them together.
struct SetChecks {
  private let kinds: Set<FindingKind>
  private(set) var findings: [Finding] = []
  private(set) var frequencies = WordFrequencies()
  private(set) var nearDuplicates: NearDuplicates
  /// The held-out records that could be read, and their places.
  private(set) var heldOut: [CheckedRecord] = []
  private(set) var heldOutPlaces: [RecordPlace] = []

  /// A training record.
  private struct Entry {
    let place: RecordPlace
    let key, prompt, answer: UInt64
    let hasPrompt: Bool
    let words: Int
  }

  private var entries: [Entry] = []
  private var traits: [(place: RecordPlace, script: Script?, promptScript: Script?, language: Language?)] = []
  private var oneToken: [Finding] = []
  private var firstOfKey: [UInt64: Int] = [:]
  /// The later copies of a record, by its first.
  private var copies: [Int: [Int]] = [:]
  private var comparesPrompts: Bool
  private var labels: Set<Bool> = []
  private var unreadKeys = UnreadKeyFindings()

  init(_ kinds: Set<FindingKind>, nearDuplicates: NearDuplicates, comparesPrompts: Bool) {
    (self.kinds, self.nearDuplicates, self.comparesPrompts) = (kinds, nearDuplicates, comparesPrompts)
  }

  /// Takes a record of the training set or of the held-out set.
  mutating func add(_ examined: ExaminedRecord, isTraining: Bool) {
    findings += examined.findings
    unreadKeys.add(examined.unusedKeys, at: examined.place)
    guard let record = examined.record else { return }
    traits.append((examined.place, examined.script, examined.promptScript, examined.language))
    guard isTraining else {
      heldOut.append(record)
      heldOutPlaces.append(examined.place)
      return
    }
    if examined.isOneToken {
      oneToken.append(
        Finding(
          .oneTokenAnswer, at: examined.place, "its answer is one token", dropped: [examined.place],
          excerpt: record.excerpt))
    }
    labels.formUnion(examined.labels)
    frequencies.add(record.words)
    let index = entries.count
    entries.append(
      Entry(
        place: examined.place, key: record.key, prompt: record.promptKey, answer: record.answerKey,
        hasPrompt: !record.promptWords.isEmpty, words: record.answerWords.count))
    if let first = firstOfKey[record.key] {
      copies[first, default: []].append(index)
    } else {
      firstOfKey[record.key] = index
      if !examined.bandKeys.isEmpty { nearDuplicates.add(index, bandKeys: examined.bandKeys) }
    }
  }

  /// The place of a training record by its number.
  func place(_ index: Int) -> RecordPlace { entries[index].place }

  /// What is found in all records together, except near duplicates and leaks, which need a second reading.
  func together() -> [Finding] {
    var found: [Finding] = []
    if kinds.contains(.duplicate) { found += duplicates }
    if kinds.contains(.conflict), comparesPrompts { found += conflictFindings }
    // If most answers have one token, it is the task.
    if kinds.contains(.oneTokenAnswer), oneToken.count * 5 <= entries.count { found += oneToken }
    if kinds.contains(.length) { found += lengthFindings }
    found += foreign
    if kinds.contains(.oneLabel) { found += oneLabel }
    if kinds.contains(.unreadKey) { found += unreadKeys.all }
    return found
  }

  /// A finding at the first record if all judgements are the same.
  private var oneLabel: [Finding] {
    guard labels.count == 1, let label = labels.first, let first = entries.first else { return [] }
    let (all, missing) = label ? ("desirable", "an undesirable") : ("undesirable", "a desirable")
    return [
      Finding(.oneLabel, at: first.place, "all \(entries.count) answers are \(all); none is \(missing) one")
    ]
  }

  private var duplicates: [Finding] {
    copies.sorted { $0.key < $1.key }.map { first, later in
      let places = later.map(place)
      return Finding(
        .duplicate, at: place(first), "it occurs \(later.count + 1) times in the training set", related: places,
        value: Double(later.count + 1), dropped: places)
    }
  }

  private var conflictFindings: [Finding] {
    conflicts(among: entries.map { ($0.prompt, $0.answer, $0.hasPrompt) }).map { group in
      let places = group.members.map(place)
      return Finding(
        .conflict, at: places[0],
        "its prompt occurs in \(places.count) records with \(group.answers) different answers",
        related: Array(places.dropFirst()), value: Double(group.answers), dropped: places)
    }
  }

  private var lengthFindings: [Finding] {
    let entries = entries.filter { $0.words > 0 }
    guard let outliers = LengthOutliers(entries.map(\.words)) else { return [] }
    return entries.compactMap { entry in
      guard outliers.deviation(of: entry.words) != nil else { return nil }
      let words = entry.words == 1 ? "1 word" : "\(entry.words) words"
      return Finding(
        .length, at: entry.place, "its answer has \(words); the median has \(Int(outliers.median))",
        value: Double(entry.words), dropped: [entry.place])
    }
  }

  /// Records in another script or language than nearly all.
  private var foreign: [Finding] {
    var found: [Finding] = []
    let training = Set(entries.map(\.place))
    let script = kinds.contains(.script) ? majority(of: traits.lazy.map(\.script)) : nil
    let language = kinds.contains(.language) ? majority(of: traits.lazy.map(\.language)) : nil
    for trait in traits {
      let dropped = training.contains(trait.place) ? [trait.place] : []
      if let script, let own = trait.script, own != script {
        let isAnswered = trait.promptScript == script
        found.append(
          Finding(
            .script, at: trait.place,
            "\(isAnswered ? "its answer" : "it") is in \(own.rawValue), and nearly all records in \(script.rawValue)",
            dropped: dropped))
      } else if let language, let own = trait.language, own != language {
        found.append(
          Finding(
            .language, at: trait.place,
            "it seems to be in \(own.rawValue), and nearly all records in "
              + language.rawValue, dropped: dropped))
      }
    }
    return found
  }

  /// Groups of training records that differ little, with the later copies of each record.
  func nearDuplicateFindings(_ pairs: [NearDuplicates.Pair], shingles: [Int: [UInt64]]) -> [Finding] {
    NearDuplicates.clusters(pairs, shingles: shingles).map { cluster in
      let places = cluster.members.map(place)
      return Finding(
        .nearDuplicate, at: places[0],
        "\(places.count) records share \(Int((cluster.similarity * 100).rounded(.down))) % or more of their runs of three words",
        related: Array(places.dropFirst()), value: cluster.similarity, dropped: Array(places.dropFirst()))
    }
  }
}
