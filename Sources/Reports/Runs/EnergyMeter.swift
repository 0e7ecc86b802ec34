import Foundation

/// Reads the processor's own counters of energy (RAPL), where the system lets this process read them.
///
/// See Linux' `Documentation/power/powercap/powercap.rst`: `energy_uj` counts microjoules and starts again behind
/// `max_energy_range_uj`, so it must be read every few minutes.
package struct EnergyMeter {
  private struct Zone {
    let path: String
    let range: Double
    var last: Double
  }

  private var zones: [Zone] = []
  private var joules = 0.0

  /// Begins to count.
  ///
  /// - Parameter root: the folder of the zones; packages and their memory are counted.
  package init(root: String = "/sys/class/powercap") {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    for name in names.sorted() where name.hasPrefix("intel-rapl:") {
      let path = "\(root)/\(name)"
      let kind = Self.text("\(path)/name") ?? ""
      guard kind.hasPrefix("package") || kind == "dram", let range = Self.number("\(path)/max_energy_range_uj"),
        let last = Self.number("\(path)/energy_uj")
      else { continue }
      zones.append(Zone(path: path, range: range, last: last))
    }
  }

  /// The joules since the beginning; nil where there is no counter that can be read.
  package mutating func read() -> Double? {
    for index in zones.indices {
      guard let now = Self.number("\(zones[index].path)/energy_uj") else { return nil }
      let spent = now - zones[index].last
      joules += (spent < 0 ? spent + zones[index].range : spent) / 1e6
      zones[index].last = now
    }
    return zones.isEmpty ? nil : joules
  }

  private static func text(_ path: String) -> String? {
    (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static func number(_ path: String) -> Double? { text(path).flatMap { Double($0) } }
}
