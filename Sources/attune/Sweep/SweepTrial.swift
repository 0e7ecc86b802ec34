import Diagnostics

/// One combination of values in a sweep.
struct SweepTrial: Equatable {
  /// One override for each key, such as `optimizer.learning_rate=1e-4`.
  let overrides: [String]

  /// The name in tables and charts: keys without their sections.
  var name: String {
    overrides.map { $0.drop { $0 != "=" }.isEmpty ? $0 : Self.short($0) }.joined(separator: " ")
  }

  /// The name of its output folder.
  var folderName: String {
    String(name.map { $0.isLetter || $0.isNumber || "=-_.+".contains($0) ? $0 : "_" }).replacing("..", with: "_")
  }

  private static func short(_ override: String) -> String {
    let key = override.prefix { $0 != "=" }
    return String((key.split(separator: ".").last ?? key) + override.dropFirst(key.count))
  }

  /// More runs than this are probably a typing error.
  private static let mostTrials = 100

  /// Every combination of the values.
  ///
  /// - Parameter settings: each `key.path=value,value…`.
  /// - Throws: `UserError` of kind `recipe` for a setting of another form.
  static func all(_ settings: [String]) throws -> [SweepTrial] {
    var trials: [[String]] = [[]]
    for (key, values) in axes(settings) {
      guard !key.isEmpty, !values.isEmpty else {
        throw UserError.recipe("--set '\(settings.joined(separator: " "))': expected key.path=value,value…")
      }
      guard Set(values).count == values.count else {
        throw UserError.recipe("--set \(key): the list repeats a value; give each value once.")
      }
      trials = trials.flatMap { trial in values.map { trial + ["\(key)=\($0)"] } }
      guard trials.count <= mostTrials else {
        throw UserError.recipe("--set: the values make more than \(mostTrials) runs; choose fewer values.")
      }
    }
    let keys = axes(settings).map(\.key)
    guard Set(keys).count == keys.count else {
      throw UserError.recipe("--set: a key is given twice; give all its values in one list.")
    }
    return trials.map { SweepTrial(overrides: $0) }
  }

  /// The keys and their values; commas inside brackets, braces and quotes do not separate values.
  static func axes(_ settings: [String]) -> [(key: String, values: [String])] {
    settings.map { setting in
      let key = String(setting.prefix { $0 != "=" })
      var (values, value, depth, quote) = ([String](), "", 0, Character?.none)
      for character in setting.dropFirst(key.count + 1) {
        if let open = quote {
          if character == open { quote = nil }
        } else if character == "\"" || character == "'" {
          quote = character
        } else if "[{".contains(character) {
          depth += 1
        } else if "]}".contains(character) {
          depth -= 1
        } else if character == ",", depth == 0 {
          values.append(value)
          value = ""
          continue
        }
        value.append(character)
      }
      values.append(value)
      return (key, values.filter { !$0.isEmpty })
    }
  }
}
