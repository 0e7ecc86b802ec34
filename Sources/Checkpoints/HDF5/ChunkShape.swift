extension TensorDescription {
  /// The extents of the chunks in which HDF5 stores a tensor: complete rows if they fit, of similar size, so that
  /// little of the last chunk is padding. Nil for a single number or an empty tensor.
  ///
  /// A chunk is the unit of the Fletcher32 checksum and of partial reading. Of sizes from 128 KiB to 1 MiB, 256 KiB was
  /// the fastest to write: larger buffers return to the system after each chunk.
  func chunkShape(byteLimit: Int = 1 << 18) -> [Int]? {
    guard !shape.isEmpty, elementCount > 0 else { return nil }
    let limit = max(1, byteLimit * 8 / type.bitWidth)
    var chunk = [Int](repeating: 1, count: shape.count)
    var inner = 1
    for dimension in shape.indices.reversed() {
      let extent = shape[dimension]
      if inner * extent > limit {
        let pieces = (extent + limit / inner - 1) / max(1, limit / inner)
        chunk[dimension] = (extent + pieces - 1) / pieces
        break
      }
      chunk[dimension] = extent
      inner *= extent
    }
    return chunk
  }
}
