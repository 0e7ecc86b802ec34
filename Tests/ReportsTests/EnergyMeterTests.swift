import Foundation
import Reports
import Testing

@Suite("The processor's counters of energy")
struct EnergyMeterTests {
  private let root = FileManager.default.temporaryDirectory.appendingPathComponent("attune-rapl-\(UUID())").path

  /// Writes a zone as `/sys/class/powercap` has it.
  private func write(_ zone: String, name: String, microjoules: Int, range: Int = 1_000_000_000) throws {
    let folder = "\(root)/\(zone)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (file, text) in [("name", name), ("energy_uj", "\(microjoules)"), ("max_energy_range_uj", "\(range)")] {
      try "\(text)\n".write(toFile: "\(folder)/\(file)", atomically: true, encoding: .utf8)
    }
  }

  @Test("packages and memory are counted, across a counter's wrap-around, and nothing twice")
  func counting() throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    try write("intel-rapl:0", name: "package-0", microjoules: 999_000_000)
    try write("intel-rapl:0:0", name: "core", microjoules: 0)
    try write("intel-rapl:0:1", name: "dram", microjoules: 0)
    try write("intel-rapl:1", name: "psys", microjoules: 0)
    var meter = EnergyMeter(root: root)
    #expect(meter.read() == 0)
    try write("intel-rapl:0", name: "package-0", microjoules: 4_000_000)
    try write("intel-rapl:0:0", name: "core", microjoules: 90_000_000)
    try write("intel-rapl:0:1", name: "dram", microjoules: 2_000_000)
    try write("intel-rapl:1", name: "psys", microjoules: 90_000_000)
    #expect(meter.read() == 7)
    #expect(meter.read() == 7)
  }

  @Test("without counters there is no number")
  func absent() {
    var meter = EnergyMeter(root: root)
    #expect(meter.read() == nil)
  }

  @Test("LLaMA's table: 82,432 GPU hours of 400 W are 36 MWh and 14 t")
  func formula() {
    let energy = EnergyUse(watts: 400, seconds: 82_432 * 3600)
    #expect((energy.wattHours / 1e6).rounded() == 36)
    #expect((energy.kilograms / 1e3).rounded() == 14)
    let measured = EnergyUse(joules: 3600, seconds: 60)
    #expect(measured.wattHours == 1.1 && measured.watts == 60 && measured.isMeasured)
  }
}
