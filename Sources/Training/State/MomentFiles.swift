import Checkpoints
import Diagnostics
import Optimization
import Tensors

extension AttuneFileWriter {
  /// Writes the moments of a parameter as they are in memory.
  ///
  /// - Throws: `UserError` of kind `output`.
  func write(_ name: String, _ moments: Moments) throws {
    switch moments {
    case .float32(let first, let second):
      try write(name, first, to: .firstMoment)
      try write(name, second, to: .secondMoment)
    case .int8(let first, let second):
      for (moment, codes, scales) in [
        (first, TensorGroup.firstMoment, TensorGroup.firstMomentScale), (second, .secondMoment, .secondMomentScale),
      ] {
        let description = try TensorDescription(name: name, shape: moment.shape.extents, type: .uint8)
        try moment.withCodes { try write(description, to: codes, from: $0, as: .uint8) }
        try write(name, moment.scales, to: scales)
      }
    }
  }
}

extension AttuneFile {
  /// Reads the moments of a parameter as an optimizer holds them; nil where there are none.
  ///
  /// - Throws: `UserError` of kind `file`, also where they are held otherwise.
  func moments(of name: String, _ shape: Shape, _ precision: Moments.Precision) throws -> Moments? {
    let (first, second) = (tensors(in: .firstMoment), tensors(in: .secondMoment))
    guard let stored = first.description(of: name) else { return nil }
    let expected = precision.holds(shape)
    let found = try [stored, second.tensor(named: name)].map { $0.type == .uint8 ? Moments.Precision.int8 : .float32 }
    guard found == [expected, expected] else {
      throw UserError.file(
        "\(path): the moments of '\(name)' are \(found[0].rawValue) and \(found[1].rawValue), expected "
          + expected.rawValue)
    }
    switch expected {
    case .float32:
      return Moments(first: try first.tensor(name, shape), second: try second.tensor(name, shape))
    case .int8:
      return .int8(
        first: try moment(.first, name, shape, codes: first, scales: tensors(in: .firstMomentScale)),
        second: try moment(.second, name, shape, codes: second, scales: tensors(in: .secondMomentScale)))
    }
  }

  private func moment(
    _ kind: EightBitMoment.Kind, _ name: String, _ shape: Shape, codes: AttuneFileTensors, scales: AttuneFileTensors
  ) throws -> EightBitMoment {
    try codes.check(shape, of: name)
    let scales = try scales.tensor(name, [EightBitMoment.blockCount(of: shape)])
    return try EightBitMoment(shape, kind, scales: scales) { try codes.read(name, as: .uint8, into: $0) }
  }
}
