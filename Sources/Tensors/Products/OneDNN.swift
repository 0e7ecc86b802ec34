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

  /// `c = a b`, or `c += a b` where `adding`, on the calling thread. Returns false where the library refuses.
  static func multiply(_ product: Factors, into c: MatrixOperand, adding: Bool) -> Bool {
    attune_onednn_multiply(
      attune_matrix(product.a), attune_matrix(product.b), attune_matrix(c), Int64(c.rows), Int64(c.columns),
      Int64(product.inner), adding ? 1 : 0) == 0
  }
}

extension attune_matrix {
  fileprivate init(_ operand: MatrixOperand) {
    self.init(
      start: operand.start, stride: Int64(operand.stride), bfloat16: operand.elementType == .bfloat16 ? 1 : 0,
      transposed: operand.isTransposed ? 1 : 0)
  }
}
