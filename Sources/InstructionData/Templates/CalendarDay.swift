import Foundation

/// A day of the calendar, written `2026-11-21` (ISO 8601).
///
/// It is all that a model's own template sees of the time, so that a run that is resumed on another day continues with
/// the same tokens.
public struct CalendarDay: Sendable, Equatable, CustomStringConvertible {
  private let parts: DateComponents

  private static let calendar = Calendar(identifier: .gregorian)

  /// Today's date in the local time zone.
  public static var today: CalendarDay {
    CalendarDay(parts: calendar.dateComponents([.year, .month, .day], from: Date()))
  }

  private init(parts: DateComponents) { self.parts = parts }

  /// Parses four digits of the year, two of the month and two of the day; nil if there is no such day.
  public init?(_ text: String) {
    let pieces = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard pieces.map(\.count) == [4, 2, 2], pieces.joined().allSatisfy({ digits ~= $0 }) else { return nil }
    let numbers = pieces.map { $0.reduce(0) { $0 * 10 + Int($1 - digits.lowerBound) } }
    parts = DateComponents(year: numbers[0], month: numbers[1], day: numbers[2])
    guard numbers[0] > 0, parts.isValidDate(in: Self.calendar) else { return nil }
  }

  /// Noon of the day in the local time zone.
  public var noon: Date {
    var parts = parts
    parts.hour = 12
    return Self.calendar.date(from: parts) ?? Date()
  }

  /// `2026-11-21`.
  public var description: String {
    func digits(_ number: Int?, _ count: Int) -> String {
      let text = String(number ?? 0)
      return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
    return "\(digits(parts.year, 4))-\(digits(parts.month, 2))-\(digits(parts.day, 2))"
  }
}
