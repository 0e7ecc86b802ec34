import Diagnostics
import StrictJSON

extension OutputHead {
  /// Reads `architectures` and the number of labels.
  init(_ reader: ConfigurationReader) throws {
    let names = reader.value("architectures")?.arrayValue ?? []
    guard names.contains(where: { $0.stringValue?.hasSuffix(DecoderFamily.rewardModelEnding) ?? false }) else {
      self = .vocabulary
      return
    }
    // What transformers assumes where the file does not say.
    let labels = reader.value("id2label")?.objectValue?.members.count ?? reader.value("num_labels")?.intValue ?? 2
    guard labels == 1 else {
      throw UserError.file(
        "\(reader.place): the model sorts texts into \(labels) classes; Attune knows reward models, which have one label "
          + "(id2label with one entry)")
    }
    self = .score
  }
}

extension DecoderConfiguration {
  /// The same body with a reward model's head.
  public var forRewardModel: DecoderConfiguration {
    var result = self
    (result.head, result.tiesEmbeddings) = (.score, false)
    return result
  }

  /// What `config.json` says of a reward model of this family, as transformers reads it.
  ///
  /// - Parameters:
  ///   - padding: the padding token that `config.json` names. It is left out where answers end with it: transformers reads
  ///     the score at the last token that is not padding.
  ///   - endings: the tokens with which answers end.
  public func rewardModelMembers(padding: Int?, endings: Set<Int32>) -> [(key: String, value: JSONValue)] {
    let members: [(key: String, value: JSONValue)] = [
      ("architectures", .array([.string(family.rewardModelClass)])),
      ("id2label", ["0": "LABEL_0"]), ("label2id", ["LABEL_0": 0]),
    ]
    let endsAnswers = padding.map { padding in endings.contains { Int($0) == padding } } ?? false
    return members + (endsAnswers ? [("pad_token_id", .null)] : [])
  }
}
