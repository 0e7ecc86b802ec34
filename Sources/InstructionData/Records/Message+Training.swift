import Diagnostics
import StrictJSON

extension Message {
  /// The keys that say whether a message is trained on: OpenAI's and Mistral's `weight`, axolotl's `train`, ms-swift's
  /// `loss`.
  static let trainingKeys = ["weight", "train", "loss"]

  /// Keys that ask for something finer than a message that is trained on or not.
  private static let refusedKeys = ["train_detail", "training_detail", "loss_weight", "loss_scale", "loss_mask"]

  /// Whether a message asks to be trained on or not; nil if it says nothing.
  ///
  /// - Throws: `UserError` for a wish that cannot be followed.
  static func training(of object: JSONObject, role: Role, place: String) throws -> Bool? {
    for key in refusedKeys {
      guard let value = object[key], !value.isNull, value.arrayValue?.isEmpty != true else { continue }
      throw UserError.file(
        "\(place) has '\(key)', but a message is trained on completely or not at all; remove it, or say "
          + "\"train\": true or false")
    }
    var found: (key: String, isTrained: Bool)?
    for key in trainingKeys {
      guard let value = object[key], !value.isNull else { continue }
      let isTrained = try isTrained(value, key: key, place: place)
      if let found, found.isTrained != isTrained {
        throw UserError.file(
          "\(place) has a '\(found.key)' and a '\(key)' that contradict each other; remove one of them")
      }
      found = (key, isTrained)
    }
    if let found, found.isTrained, role != .assistant {
      throw UserError.file(
        "\(place) has '\(found.key)' and asks to be trained on, but it is a message of the \(role.rawValue); only the "
          + "assistant's are trained on")
    }
    return found?.isTrained
  }

  private static func isTrained(_ value: JSONValue, key: String, place: String) throws -> Bool {
    switch (key, value, value.intValue) {
    case ("weight", _, 0?): return false
    case ("weight", _, 1?): return true
    case ("weight", _, _):
      throw UserError.file(
        "\(place)['weight'] must be 0 (not trained on) or 1, found \(value.shortDescription): a message counts completely "
          + "or not at all")
    case (_, .bool(let isTrained), _): return isTrained
    default: throw UserError.file("\(place)['\(key)'] must be true or false, found \(value.shortDescription)")
    }
  }

  /// Whether the record itself asks that the message be trained on.
  var asksForTraining: Bool {
    fields?["weight"]?.intValue == 1 || fields?["train"] == true || fields?["loss"] == true
  }
}
