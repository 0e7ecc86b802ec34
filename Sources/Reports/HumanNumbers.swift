import Foundation

/// Formats numbers for people.
package enum Human {
  /// A count in three to four digits: `950`, `12.3 k`, `134.5 M`, `1.24 B`.
  package static func count(_ value: Int) -> String {
    let magnitude = Double(value.magnitude)
    let sign = value < 0 ? "-" : ""
    return switch magnitude {
    case ..<10_000: "\(value)"
    case ..<999_950: sign + fixed(magnitude / 1e3, 1) + " k"
    case ..<999_950_000: sign + fixed(magnitude / 1e6, 1) + " M"
    default: sign + fixed(magnitude / 1e9, 2) + " B"
    }
  }

  /// A size of memory or a file: `512 B`, `4.0 KiB`, `1.2 GiB`.
  package static func bytes(_ value: Int) -> String {
    var size = Double(max(0, value))
    if size < 1024 { return "\(Int(size)) B" }
    for unit in ["KiB", "MiB", "GiB"] {
      size /= 1024
      if size < 1023.95 { return fixed(size, 1) + " " + unit }
    }
    return fixed(size / 1024, 1) + " TiB"
  }

  /// A span of time: `420 ms`, `4.2 s`, `45 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "?" }
    if seconds < 0.9995 { return "\(Int((seconds * 1000).rounded())) ms" }
    if seconds < 9.95 { return fixed(seconds, 1) + " s" }
    let whole = Int(seconds.rounded())
    let (minutes, hours, days) = (whole / 60, whole / 3600, whole / 86_400)
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return pair(minutes, "min", whole % 60, "s") }
    if whole < 86_400 { return pair(hours, "h", minutes % 60, "min") }
    return pair(days, "d", hours % 24, "h")
  }

  /// A share: `12.3 %`.
  package static func percent(_ share: Double) -> String {
    share.isFinite ? fixed(share * 100, 1) + " %" : "?"
  }

  /// A number with the given number of decimals; `nan` has no sign.
  package static func fixed(_ value: Double, _ digits: Int) -> String {
    value.isFinite ? String(format: "%.\(max(0, digits))f", value) : value.isNaN ? "nan" : "\(value)"
  }

  /// A learning rate: `3.00e-04`.
  package static func rate(_ value: Double) -> String {
    value.isFinite ? String(format: "%.2e", value) : value.isNaN ? "nan" : "\(value)"
  }

  private static func pair(_ large: Int, _ unit: String, _ small: Int, _ smallUnit: String) -> String {
    small == 0 ? "\(large) \(unit)" : "\(large) \(unit) \(small) \(smallUnit)"
  }
}
