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

  /// The estimate of a run whose tensors are known.
  ///
  /// - Parameter resident: what the process holds with configuration, tokenizer and records read.
  init(tensors: TrainingMemory, resident: Int) {
    (self.tensors, program) = (tensors, resident + Self.libraries)
  }

  /// What libraries come to hold once products are computed: the work space of OpenBLAS, the code they make, and the stacks
  /// of the threads. Measured as what runs hold beside their tensors after some hundred steps and did not hold when their
  /// data were read.
  private static let libraries = 24 << 20
}
