import Diagnostics
import Foundation
import StrictJSON

/// How heads are turned by their positions (2104.09864).
public struct RotaryConfiguration: Sendable, Hashable {
  /// How many numbers of a head are turned, in pairs; even.
  public var width: Int
  /// The base of the frequencies.
  public var theta: Double
  /// How the frequencies are stretched for longer contexts.
  public var scaling: Scaling

  /// Ways to stretch rotary frequencies.
  public enum Scaling: Sendable, Hashable {
    /// As they are.
    case none
    /// All divided by a factor (2306.15595).
    case linear(factor: Double)
    /// Llama 3.1's: low frequencies divided by the factor, high ones kept, those between blended.
    case llama3(factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, originalPositions: Double)
  }

  /// Turns `width` numbers of a head; the base is the paper's unless given.
  public init(width: Int, theta: Double = 10_000, scaling: Scaling = .none) {
    self.width = width
    self.theta = theta
    self.scaling = scaling
  }

  /// Reads `rope_theta` and `rope_scaling`, or transformers 5's `rope_parameters`.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(_ reader: ConfigurationReader, width: Int) throws {
    self.width = width
    let nested = reader.value("rope_parameters") ?? reader.value("rope_scaling")
    let key = reader.value("rope_parameters") != nil ? "rope_parameters" : "rope_scaling"
    let place = "\(reader.place): \(key)"
    guard nested == nil || nested?.objectValue != nil else { throw UserError.file("\(place): expected an object") }
    let inner = ConfigurationReader(object: nested?.objectValue ?? reader.object, place: place)
    // The nested key decides, as in transformers.
    let nestedTheta = nested == nil ? nil : try inner.number("rope_theta")
    theta = try nestedTheta ?? reader.number("rope_theta") ?? 10_000
    guard theta > 0 else { throw UserError.file("\(reader.place): rope_theta must be above 0") }
    guard nested != nil else {
      scaling = .none
      return
    }
    func positive(_ key: String) throws -> Double {
      guard let number = try inner.number(key) else { throw inner.missing(key) }
      guard number > 0 else { throw UserError.file("\(place): \(key) must be above 0") }
      return number
    }
    let type = try inner.string("rope_type") ?? inner.string("type") ?? "default"
    if let factor = try inner.number("partial_rotary_factor"), factor != 1 {
      throw UserError.file("\(place): partial_rotary_factor \(factor) is not computed; Attune turns whole heads")
    }
    switch type {
    case "default": scaling = .none
    case "linear": scaling = .linear(factor: try positive("factor"))
    case "llama3":
      scaling = .llama3(
        factor: try positive("factor"), lowFrequencyFactor: try positive("low_freq_factor"),
        highFrequencyFactor: try positive("high_freq_factor"),
        originalPositions: try positive("original_max_position_embeddings"))
    default:
      throw UserError.file(
        "\(place): the type '\(type)' is not computed; Attune knows default, linear, llama3."
          + suggestion(for: type, in: ["default", "linear", "llama3"]))
    }
  }

  /// What a file says of the base twice and differently, and which of the two is used; nil where it does not.
  static func contradiction(in reader: ConfigurationReader) -> String? {
    for key in ["rope_parameters", "rope_scaling"] {
      guard let nested = reader.value(key) else { continue }
      guard let inner = nested["rope_theta"], let outer = reader.value("rope_theta"),
        inner.doubleValue != outer.doubleValue, !inner.isNull
      else { return nil }
      return
        "\(reader.place): rope_theta is \(outer.compactText) and \(key).rope_theta is \(inner.compactText); the nested one "
        + "is used, as in transformers"
    }
    return nil
  }

  /// The angle that one position adds to pair i of a head: `theta^(-2i/D)`, stretched; D/2 of them.
  public var frequencies: [Double] {
    (0..<width / 2).map { i in
      let frequency = pow(theta, -Double(2 * i) / Double(width))
      switch scaling {
      case .none: return frequency
      case .linear(let factor): return frequency / factor
      case .llama3(let factor, let low, let high, let original):
        let wavelength = 2 * Double.pi / frequency
        if wavelength < original / high { return frequency }
        if wavelength > original / low { return frequency / factor }
        let blend = (original / wavelength - low) / (high - low)
        return (1 - blend) * frequency / factor + blend * frequency
      }
    }
  }
}
