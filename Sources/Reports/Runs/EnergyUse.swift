import StrictJSON

/// Energy and emissions of a run, by the formulas of LLaMA's table (2302.13971, §6): Wh = hours × watts × PUE, with a
/// power usage effectiveness of 1.1; CO₂e at 0.385 kg a kWh, the average of the United States.
package struct EnergyUse: Sendable, Equatable {
  /// Watt-hours, with what a data centre adds.
  package let wattHours: Double
  /// Mean watts of the machine's part.
  package let watts: Double
  /// Whether the processor counted, or the user stated the watts.
  package let isMeasured: Bool

  /// Kilograms of CO₂ equivalent.
  package var kilograms: Double { wattHours / 1000 * 0.385 }

  /// What the processor counted.
  package init(joules: Double, seconds: Double) {
    wattHours = joules / 3600 * Self.usageEffectiveness
    watts = seconds > 0 ? joules / seconds : 0
    isMeasured = true
  }

  /// What follows from stated watts.
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
