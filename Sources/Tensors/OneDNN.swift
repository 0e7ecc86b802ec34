import COneDNN
import Foundation

/// oneDNN, where it is installed: products of bfloat16 matrices, which it accumulates in float32.
public enum OneDNN {
  /// Whether the library was there when the program was built and is there now. `ATTUNE_ONEDNN=0` turns it off.
  public static let isAvailable: Bool =
    ProcessInfo.processInfo.environment["ATTUNE_ONEDNN"] != "0" && attune_onednn_open() != 0

  /// `2.6`, or nil where there is none.
  public static var version: String? {
    guard isAvailable else { return nil }
    let number = attune_onednn_version()
    return "\(number / 100).\(number % 100)"
  }
}

extension MatrixOperand {
  /// The operand as the C shim takes it.
  var forOneDNN: attune_matrix {
    attune_matrix(
      start: start, stride: Int64(stride), bfloat16: elementType == .bfloat16 ? 1 : 0,
      transposed: isTransposed ? 1 : 0)
  }
}
