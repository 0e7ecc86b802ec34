import Foundation

/// A Unicode normalization form (UAX #15).
enum UnicodeForm: Sendable {
  case nfc
  case nfd
  case nfkc
  case nfkd

  /// The text in this form.
  ///
  /// Foundation does it, except where a base character carries a long run of combining marks: its time grows with the
  /// square of such a run, so those are put in order here.
  func normalized(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(where: { $0 >= 0x80 }) else { return text }
    let string = String(decoding: text, as: UTF8.self)
    return Array((hasLongRunOfMarks(string) ? sorted(string) : foundation(string)).utf8)
  }

  private func foundation(_ text: String) -> String {
    switch self {
    case .nfc: text.precomposedStringWithCanonicalMapping
    case .nfd: text.decomposedStringWithCanonicalMapping
    case .nfkc: text.precomposedStringWithCompatibilityMapping
    case .nfkd: text.decomposedStringWithCompatibilityMapping
    }
  }

  private var decomposed: UnicodeForm {
    switch self {
    case .nfc, .nfd: .nfd
    case .nfkc, .nfkd: .nfkd
    }
  }

  private func hasLongRunOfMarks(_ text: String) -> Bool {
    var run = 0
    for scalar in text.unicodeScalars {
      run = scalar.value < 0x300 || scalar.properties.canonicalCombiningClass.rawValue == 0 ? 0 : run + 1
      if run > 32 { return true }
    }
    return false
  }

  /// The form by its definition: decompose each scalar, order marks by class, compose what isn't blocked.
  private func sorted(_ text: String) -> String {
    var scalars: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars {
      if scalar.isASCII {
        scalars.append(scalar)
      } else {
        scalars.append(contentsOf: decomposed.foundation(String(scalar)).unicodeScalars)
      }
    }
    let classes = scalars.map { $0.isASCII ? 0 : $0.properties.canonicalCombiningClass.rawValue }
    var result = String.UnicodeScalarView()
    var start = 0
    while start < scalars.count {
      // A character and the marks on it; marks may also stand at the very beginning.
      var end = start + 1
      while end < scalars.count, classes[end] != 0 { end += 1 }
      let firstMark = classes[start] == 0 ? start + 1 : start
      let marks = (firstMark..<end).sorted { (classes[$0], $0) < (classes[$1], $1) }
      if firstMark > start { result.append(scalars[start]) }
      for mark in marks { result.append(scalars[mark]) }
      start = end
    }
    return self == .nfd || self == .nfkd ? String(result) : composed(result)
  }

  /// Canonical composition (UAX #15, D117) of a text that is decomposed and in order.
  private func composed(_ scalars: String.UnicodeScalarView) -> String {
    var result: [Unicode.Scalar] = []
    var starter: Int?
    var lastClass: UInt8?
    for scalar in scalars {
      let combiningClass = scalar.properties.canonicalCombiningClass.rawValue
      if let base = starter, lastClass.map({ $0 < combiningClass && $0 != 0 }) ?? true,
        let pair = composition(result[base], scalar)
      {
        result[base] = pair
        continue
      }
      if combiningClass == 0 {
        starter = result.count
        lastClass = nil
      } else {
        lastClass = combiningClass
      }
      result.append(scalar)
    }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: result)
    return String(view)
  }

  /// The one scalar that two compose to, or nil.
  private func composition(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    if second.value < 0x300 { return nil }
    var pair = String.UnicodeScalarView()
    pair.append(first)
    pair.append(second)
    let composed = String(pair).precomposedStringWithCanonicalMapping.unicodeScalars
    return composed.count == 1 ? composed.first : nil
  }
}
