import Foundation

/// The quantity of a chart's values, which determines their format.
enum Quantity: String {
  /// A number without a unit.
  case plain
  /// A learning rate.
  case rate
  /// A share of 1.
  case share
  /// Tokens a second.
  case speed
  /// Memory in MiB.
  case mebibytes
  /// Memory in GiB.
  case gibibytes

  /// A value with a useful number of digits.
  func text(_ value: Double) -> String {
    switch self {
    case .plain: Self.digits(value, 4)
    case .rate: value == 0 ? "0" : String(format: "%.2e", value)
    case .share: Human.percent(value)
    case .speed: Human.count(Int(clamping: value)) + "/s"
    case .mebibytes: Human.fixed(value, 1) + " MiB"
    case .gibibytes: Human.fixed(value, 2) + " GiB"
    }
  }

  /// The label of a tick, without superfluous digits.
  func tick(_ value: Double) -> String {
    switch self {
    case .plain, .rate: Self.short(value)
    case .share: Self.short(value * 100) + " %"
    case .speed: Human.shortCount(value)
    case .mebibytes: Self.short(value) + " MiB"
    case .gibibytes: Self.short(value) + " GiB"
    }
  }

  private static func digits(_ value: Double, _ count: Int) -> String {
    let magnitude = abs(value)
    if magnitude != 0, magnitude < 1e-3 || magnitude >= 1e6 { return String(format: "%.\(count - 1)e", value) }
    return String(format: "%.\(max(0, count - max(1, Int(log10(max(magnitude, 1))) + 1)))f", value)
  }

  private static func short(_ value: Double) -> String {
    let magnitude = abs(value)
    if magnitude != 0, magnitude < 1e-3 || magnitude >= 1e5 {
      let parts = String(format: "%.6e", value).split(separator: "e")
      let mantissa = Double(parts[0]).map { String(format: "%g", $0) } ?? String(parts[0])
      return mantissa + "e" + String(Int(parts.last ?? "0") ?? 0)
    }
    return String(format: "%.6g", value)
  }
}

extension Int {
  /// A value rounded towards zero and limited to the range of integers; 0 for NaN.
  init(clamping value: Double) {
    self = value.isNaN ? 0 : Int(Swift.min(Swift.max(value, -9e18), 9e18))
  }
}

extension Human {
  /// A count for the label of a tick: `950`, `2 k`, `1.5 M`.
  static func shortCount(_ value: Double) -> String {
    for (size, unit) in [(1e9, " B"), (1e6, " M"), (1e3, " k")] where abs(value) >= size {
      return String(format: "%.4g", value / size) + unit
    }
    return String(format: "%.4g", value)
  }
}
