import Diagnostics
import StrictJSON

extension ConfigurationReader {
  /// What is assumed where a size is missing, keys that the family does not read, and what the file says twice and
  /// differently: sentences for the user.
  func notes(_ family: DecoderFamily, _ defaults: FamilyDefaults) throws -> [String] {
    let assumed = defaults.sizes.filter { !has($0.key) }.map { key, size in
      "\(missing(key).message) \(size) is assumed, as in transformers"
    }
    let notes = [architectureNote(family), elementTypeNote, labelNote].compactMap { $0 }
    return assumed + notes + biasNotes(family, defaults) + (try RotaryConfiguration.notes(on: self))
  }

  /// Where `architectures` names a class of another family than `model_type`.
  private func architectureNote(_ family: DecoderFamily) -> String? {
    guard let name = value("architectures")?.arrayValue?.first?.stringValue,
      !name.lowercased().hasPrefix(family.className.lowercased())
    else { return nil }
    return
      "\(place): model_type is \(family.modelType), and architectures names \(name); model_type is used, as in transformers"
  }

  private var elementTypeNote: String? {
    guard let type = value("dtype"), let older = value("torch_dtype"), type != older else { return nil }
    return
      "\(place): dtype is \(type.compactText), and torch_dtype is \(older.compactText); dtype is used, as in transformers "
      + "(stored weights keep their type)"
  }

  private var labelNote: String? {
    guard let named = value("id2label")?.objectValue?.members.count, let count = value("num_labels")?.intValue,
      named != count
    else { return nil }
    return "\(place): id2label has \(named) entries, and num_labels is \(count); id2label is used, as in transformers"
  }

  private func biasNotes(_ family: DecoderFamily, _ defaults: FamilyDefaults) -> [String] {
    [("attention_bias", defaults.readsAttentionBias), ("mlp_bias", defaults.readsFeedForwardBias)].compactMap {
      key, isRead in
      guard !isRead, value(key) == true else { return nil }
      return "\(place): \(key) is true; a \(family.modelType) model does not read it, as in transformers"
    }
  }
}
