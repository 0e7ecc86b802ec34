import Checkpoints
import StrictJSON

extension ModelFiles {
  /// What changes the text that transformers generates, and what says that it does not.
  private static let neutral: KeyValuePairs<String, [JSONValue]> = [
    "do_sample": [false], "repetition_penalty": [1], "no_repeat_ngram_size": [0], "bad_words_ids": [],
    "suppress_tokens": [[]], "begin_suppress_tokens": [[]], "forced_bos_token_id": [], "forced_eos_token_id": [],
    "min_length": [0], "min_new_tokens": [0], "num_beams": [1], "sequence_bias": [],
    "exponential_decay_length_penalty": [], "penalty_alpha": [0], "guidance_scale": [1], "stop_strings": [],
  ]

  /// What is worth knowing before text is generated: the options in `generation_config.json` that are not applied, since
  /// sampling follows the command's own.
  ///
  /// - Throws: `UserError` of kind `file` for a file that holds no JSON object.
  public func generationNotes() throws -> [String] {
    let name = "generation_config.json"
    guard let options = try contents.object(name, of: place) else { return [] }
    let ignored = Self.neutral.compactMap { key, values -> String? in
      guard let value = options[key], !value.isNull, !values.contains(where: { $0.isEqual(to: value) }) else {
        return nil
      }
      return value.doubleValue == nil ? key : "\(key) \(value.compactText)"
    }
    return ignored.isEmpty
      ? []
      : ["\(place)/\(name): \(ignored.joined(separator: ", ")): not applied; sampling follows the command's options"]
  }
}

extension JSONValue {
  fileprivate func isEqual(to other: JSONValue) -> Bool {
    self == other || (doubleValue != nil && doubleValue == other.doubleValue)
  }
}
