import Tensors
import Training

/// The memory that a run takes at most, in bytes.
public struct MemoryEstimate: Sendable, Equatable {
  /// What tensors take.
  public let tensors: TrainingMemory
  /// The program itself, its libraries, the tokenizer and the records.
  public let program: Int

  /// All of it: what the system's own tools show as the largest resident memory of the process.
  public var peak: Int { tensors.total + program }

  /// Whether a memory of so many bytes suffices.
  public func fits(in limit: Int) -> Bool { peak <= limit }

  /// What this process holds now, with configuration, tokenizer and records read, and what libraries come to hold once
  /// products are computed.
  static var program: Int { SystemMemory.resident + libraries }

  /// The work space of OpenBLAS and oneDNN with two threads, the code they make, and the stacks of the threads: measured
  /// as what a run holds beside its tensors at the end and did not hold when its data were read.
  private static let libraries = 24 << 20
}
