import CKernels

/// A running average of AdamW in eight bits an element: codes, and a scale for every 256 of them (2110.02861).
///
/// A code names one of the floats with three bits after the leading one, eight to an octave, counted down from the block's
/// scale: the codes of a first moment have a sign and 127 levels, those of a second moment 255 levels. Values between two
/// levels are rounded at random when an average is updated, so that changes smaller than a level add up.
public struct EightBitMoment {
  /// Which of the two averages it is.
  public enum Kind: Sendable {
    /// m, of either sign.
    case first
    /// v, never below 0.
    case second
  }

  /// Which of the two averages it is.
  public let kind: Kind
  /// The extents.
  public let shape: Shape
  /// The largest level of each block, `[blocks]`.
  private(set) public var scales: Tensor
  private var codes: Storage

  /// The elements that share a scale; the last block of a tensor may have fewer.
  public static let blockSize = 256

  /// The number of scales that go with a shape.
  public static func blockCount(of shape: Shape) -> Int { (shape.count + blockSize - 1) / blockSize }

  /// An average of zeros.
  public init(zeros shape: Shape, _ kind: Kind) {
    self.init(uninitialized: shape, kind, scales: .zeros([Self.blockCount(of: shape)]))
    if Rehearsal.works(on: shape.count) { bytes.initializeMemory(as: UInt8.self, repeating: 0) }
  }

  /// An average whose codes `fill` writes, as files store them.
  ///
  /// - Parameter scales: of every block.
  public init(
    _ shape: Shape, _ kind: Kind, scales: Tensor, fill: (UnsafeMutableRawBufferPointer) throws -> Void
  ) rethrows {
    precondition(scales.shape == [Self.blockCount(of: shape)], "scales of shape \(scales.shape) for \(shape)")
    self.init(uninitialized: shape, kind, scales: scales)
    try fill(bytes)
  }

  private init(uninitialized shape: Shape, _ kind: Kind, scales: Tensor) {
    (self.shape, self.kind, self.scales) = (shape, kind, scales)
    codes = Storage(byteCount: shape.count)
  }

  /// Calls `body` with the codes as files store them; they must not be used after it returns.
  public func withCodes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(codes) { try body(UnsafeRawBufferPointer(bytes)) }
  }

  /// The average in float32.
  public var decoded: Tensor {
    let values = Tensor(uninitialized: shape)
    Threads.forTiles(shape.count, of: Self.tile) { range in
      let start = range.lowerBound
      attune_decode_moment(
        codePointer + start, scales.pointer + start / Self.blockSize, values.pointer + start, range.count,
        kind == .first ? 1 : 0)
    }
    return values
  }

  /// Changes the average in place, after a copy where the memory is shared.
  package mutating func update(_ body: (EightBitMoment) -> Void) {
    if !isKnownUniquelyReferenced(&codes) {
      let copy = Storage(byteCount: shape.count)
      if Rehearsal.works(on: shape.count) { copy.pointer.copyMemory(from: codes.pointer, byteCount: shape.count) }
      codes = copy
    }
    scales.update { _ in }
    body(self)
  }

  /// The elements that a thread takes at a time: whole blocks.
  static let tile = 1 << 14

  /// The first code.
  var codePointer: UnsafeMutablePointer<UInt8> { codes.pointer.assumingMemoryBound(to: UInt8.self) }

  private var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: codes.pointer, count: shape.count)
  }
}
