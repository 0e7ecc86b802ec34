/// A language written in Latin letters, recognised by its most common words.
public enum Language: String, Sendable, CaseIterable {
  /// The languages that the checks know.
  case english = "English", german = "German", french = "French", spanish = "Spanish", italian = "Italian"
  /// The languages that the checks know.
  case portuguese = "Portuguese", dutch = "Dutch", polish = "Polish", swedish = "Swedish", turkish = "Turkish"
  /// The languages that the checks know.
  case indonesian = "Indonesian", vietnamese = "Vietnamese"

  /// The language of a text of at least twelve words, or nil if its common words do not clearly indicate one language.
  public static func main(ofWords words: [UInt64]) -> Language? {
    guard words.count >= 12 else { return nil }
    var counts = [Int](repeating: 0, count: allCases.count)
    for word in words.prefix(2000) {
      for language in languages[word] ?? [] { counts[language] += 1 }
    }
    guard let best = counts.indices.max(by: { counts[$0] < counts[$1] }) else { return nil }
    let second = counts.indices.filter { $0 != best }.map { counts[$0] }.max() ?? 0
    let seen = min(words.count, 2000)
    return counts[best] * 8 >= seen && counts[best] >= 2 * second + 2 ? allCases[best] : nil
  }

  /// The most common function words.
  private var commonWords: String {
    switch self {
    case .english: "the of and to in is that it for was on are with as be at this have from or by not but you an they"
    case .german: "der die das und ist nicht ein eine zu den von mit sich auf für dem des auch als es an werden aus im"
    case .french: "le la les et est des un une du que dans pour qui pas sur plus ce par avec il au sont nous vous ne"
    case .spanish: "el la los las y es de que en un una por con para se del no su como más lo al está son pero"
    case .italian: "il la di che è e un una per non sono con del della le gli si nel alla da come più anche dei"
    case .portuguese: "o a os as e é de que em um uma para com não por do da no na se mais dos como são ao"
    case .dutch: "de het een en van is dat op te in niet met voor zijn aan er ook als bij maar om hij deze wordt"
    case .polish: "i w na z się do nie jest to że o jak po co ale od za przez są dla oraz czy może jego"
    case .swedish: "och att det som en på är av för med den till inte har de ett om men var kan så från eller vi"
    case .turkish: "ve bir bu için ile de da çok olarak daha olan en gibi kadar sonra ne var her değil ama olduğu veya"
    case .indonesian: "yang dan di dengan untuk ini dari dalam tidak adalah pada itu akan ke atau juga oleh dapat"
    case .vietnamese: "và của là có được các trong cho không một những người với này để khi đã từ như"
    }
  }

  /// The languages in which each common word occurs.
  private static let languages: [UInt64: [Int]] = {
    var found: [UInt64: [Int]] = [:]
    for (position, language) in allCases.enumerated() {
      for word in DataChecks.words(of: language.commonWords) { found[word, default: []].append(position) }
    }
    return found
  }()
}
