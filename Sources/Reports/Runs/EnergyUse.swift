import StrictJSON

/// The energy and emissions of a run, with the formulas of the LLaMA paper (2302.13971, §6): Wh = hours × watts × PUE,
/// with a power usage effectiveness of 1.1, and CO₂e at 0.385 kg per kWh, the average of the United States.
package struct EnergyUse: Sendable, Equatable {
  /// Watt-hours, including the overhead of a data centre.
  package let wattHours: Double
  /// The mean power of the machine in watts, without that overhead.
  package let watts: Double
  /// Whether the processor measured the energy; otherwise the user stated the watts.
  package let isMeasured: Bool

  /// Kilograms of CO₂ equivalent.
  package var kilograms: Double { wattHours / 1000 * 0.385 }

  /// Creates a value from the processor's measurement.
  package init(joules: Double, seconds: Double) {
    wattHours = joules / 3600 * Self.usageEffectiveness
    watts = seconds > 0 ? joules / seconds : 0
    isMeasured = true
  }

  /// Creates a value from stated watts.
  package init(watts: Double, seconds: Double) {
    wattHours = seconds / 3600 * watts * Self.usageEffectiveness
    self.watts = watts
    isMeasured = false
  }

  private static let usageEffectiveness = 1.1

  /// The fields of a `--json` document.
  package var json: JSONValue {
    [
      "watt_hours": .double(wattHours), "co2e_kilograms": .double(kilograms), "watts": .double(watts),
      "basis": isMeasured ? "measured" : "assumed",
    ]
  }
}
