import DataChecks
import Diagnostics
import InstructionData

/// What is kept of a record after the first reading.
struct ExaminedRecord: Sendable {
  let place: RecordPlace
  /// What was found in it alone.
  var findings: [Finding] = []
  /// Nil where it could not be read.
  var record: CheckedRecord?
  var bandKeys: [UInt32] = []
  var script: Script?
  /// The script of the prompt, where it is another than that of the whole.
  var promptScript: Script?
  var language: Language?
  var isOneToken = false
  /// The judgements of its answers.
  var labels: Set<Bool> = []
  /// The keys of the record and of its messages that nothing reads.
  var unusedKeys = UnusedKeys()
}

/// How records are examined one by one.
struct RecordExaminer: Sendable {
  let file: Int
  let isTraining: Bool
  let kinds: Set<FindingKind>
  let nearDuplicates: NearDuplicates
  let maximumLength: Int
  let lengthPolicy: LengthPolicy
  /// Whether the tokens that are trained on are an answer and its end.
  let trainsOnAnswers: Bool

  /// Examines a record.
  func examine(_ streamed: StreamedRecord) -> ExaminedRecord {
    let place = RecordPlace(file: file, line: streamed.line)
    var examined = ExaminedRecord(place: place)
    let dropped = isTraining ? [place] : []
    switch streamed.record {
    case .failure(let error):
      if kinds.contains(.unreadable) {
        let start = String(decoding: streamed.jsonLine.prefix(200), as: UTF8.self)
        examined.findings = [
          Finding(.unreadable, at: place, error.message, dropped: dropped, excerpt: excerpt(of: start))
        ]
      }
    case .success(let record):
      let checked = record.checked
      examined.record = checked
      examined.findings = textFindings(
        answers: record.learnedTexts, texts: record.texts, endsAnywhere: record.isText, at: place,
        isTraining: isTraining, kinds: kinds)
      examined.labels = record.labels
      examined.unusedKeys = streamed.unusedKeys
      examined.findings += streamed.notes.map { note in
        let kind = FindingKind(note.kind)
        return Finding(kind, at: place, note.sentence, dropped: dropped, excerpt: checked.excerpt)
      }.filter { kinds.contains($0.kind) }
      let isEmpty = examined.findings.contains { $0.kind == .emptyAnswer }
      if let tokens = streamed.tokens {
        examined.findings += tooLong(tokens.all, record, checked, place)
        examined.isOneToken = trainsOnAnswers && record.learnedTexts.count == 1 && tokens.trained <= 2 && !isEmpty
      }
      if kinds.contains(.script) || kinds.contains(.language), !record.texts.isEmpty {
        let texts = checked.prompt + "\n" + checked.answer
        examined.script = Script.main(of: texts)
        examined.promptScript = Script.main(of: checked.prompt)
        examined.language = examined.script == .latin ? Language.main(ofWords: checked.words) : nil
      }
      if isTraining, kinds.contains(.nearDuplicate), checked.promptWords.count + checked.answerWords.count > 0 {
        examined.bandKeys = nearDuplicates.bandKeys(
          of: shingles(of: checked.words, size: NearDuplicates.shingleSize))
      }
    }
    return examined
  }

  /// The kinds of findings that only a rendered and tokenized record shows.
  static let kindsOfRenderedRecords: Set<FindingKind> = Set(RecordNote.Kind.allCases.map { FindingKind($0) }).union([
    .tooLong, .oneTokenAnswer,
  ])

  private func tooLong(
    _ length: Int, _ record: Record, _ checked: CheckedRecord, _ place: RecordPlace
  ) -> [Finding] {
    guard kinds.contains(.tooLong), length > maximumLength, !(record.isText && lengthPolicy == .split) else {
      return []
    }
    let what =
      switch lengthPolicy {
      case .error, .split: "a run refuses it"
      case .drop: "a run leaves it out"
      case .truncate: "a run cuts the end off"
      }
    return [
      Finding(
        .tooLong, at: place, "it has \(length) tokens, and data.max_length is \(maximumLength): \(what)",
        value: Double(length), dropped: isTraining ? [place] : [], excerpt: checked.excerpt)
    ]
  }
}

extension FindingKind {
  /// The kind of finding that a note on a record is.
  fileprivate init(_ note: RecordNote.Kind) {
    self =
      switch note {
      case .lostText, .lostReasoning, .lostToolCall, .lostTool: .lostPart
      case .specialToken: .specialToken
      case .framedText: .framedText
      case .openEnd: .openEnd
      case .emptyTurn: .emptyTurn
      case .nestedNull: .nestedNull
      case .quotedArguments: .quotedArguments
      case .unreadOption: .unreadOption
      }
  }
}
