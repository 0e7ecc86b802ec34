import Foundation

/// Reads the processor's own energy counters (RAPL), if the system allows it.
///
/// See Linux's `Documentation/power/powercap/powercap.rst`: `energy_uj` counts microjoules and wraps around after
/// `max_energy_range_uj`, so it must be read every few minutes.
package struct EnergyMeter {
  private struct Zone {
    let path: String
    let range: Double
    var last: Double
  }

  private var zones: [Zone] = []
  private var joules = 0.0

  /// Starts counting.
  ///
  /// - Parameter root: the folder of the zones; those of packages and their memory count.
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

  /// The joules since the start; nil if there is no readable counter.
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
