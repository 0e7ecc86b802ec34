import Dispatch
import Foundation
import Hashing

/// The digest by which an adapter identifies its base, as 64 hexadecimal digits.
///
/// It is the same for every copy of the same values, whatever the file, the order and the float type (for example a
/// bfloat16 copy of values that bfloat16 can represent).
///
/// A tensor's own digest is SHA-256 over: the number of bytes of its name (4 bytes), the name in UTF-8, its rank
/// (4 bytes), its extents (8 bytes each), and its values as float32; all little-endian. The result is SHA-256 over the
/// tensors' digests, sorted by the bytes of their names. This allows hashing tensors in parallel.
///
/// - Parameter threads: how many tensors are read and hashed at a time; the result does not depend on it.
/// - Throws: `UserError` of kind `file`, also if a tensor does not hold floats.
public func weightsDigest(
  of source: some TensorSource, threads: Int = ProcessInfo.processInfo.activeProcessorCount
) throws -> String {
  let tensors = source.tensors.inNameOrder()
  var results = [Result<[UInt8], any Error>?](repeating: nil, count: tensors.count)
  let lanes = max(1, min(threads, tensors.count))
  results.withUnsafeMutableBufferPointer { buffer in
    // Each lane writes its own elements.
    nonisolated(unsafe) let results = buffer
    DispatchQueue.concurrentPerform(iterations: lanes) { lane in
      for index in stride(from: lane, to: tensors.count, by: lanes) {
        results[index] = Result { try digest(of: tensors[index], in: source) }
      }
    }
  }
  let whole = Digest()
  for result in results { try whole.update(result?.get() ?? []) }
  return whole.finishInHexadecimal()
}

/// SHA-256 of one tensor's name, shape and values, read in blocks.
private func digest(of tensor: TensorDescription, in source: some TensorSource) throws -> [UInt8] {
  let digest = Digest()
  digest.update(UInt32(clamping: tensor.name.utf8.count))
  digest.update(tensor.name)
  digest.update(UInt32(clamping: tensor.shape.count))
  for extent in tensor.shape { digest.update(UInt64(clamping: extent)) }
  try source.checkConversion(of: tensor, to: .float32)
  guard tensor.elementCount > 0 else { return digest.finish() }
  let rowWidth = tensor.rowElementCount * 4
  let rowsPerBlock = min(tensor.rowCount, max(1, (1 << 20) / rowWidth))
  let block = UnsafeMutableRawBufferPointer.allocate(byteCount: rowsPerBlock * rowWidth, alignment: 64)
  defer { block.deallocate() }
  for start in stride(from: 0, to: tensor.rowCount, by: rowsPerBlock) {
    let rows = start..<min(tensor.rowCount, start + rowsPerBlock)
    let values = UnsafeMutableRawBufferPointer(rebasing: block[..<(rows.count * rowWidth)])
    try source.read(tensor, rows: rows, as: .float32, into: values)
    digest.update(UnsafeRawBufferPointer(values))
  }
  return digest.finish()
}
