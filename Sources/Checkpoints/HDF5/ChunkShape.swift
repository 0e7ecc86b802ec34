extension TensorDescription {
  /// The extents of the chunks in which a tensor is stored in HDF5: whole rows where they fit, of even size, so that
  /// little of the last chunk is padding; nil where there is nothing to cut (a single number, no element).
  ///
  /// A chunk is the unit of the Fletcher32 checksum, and of reading a part. A quarter of a megabyte was written fastest of
  /// 128 KiB to 1 MiB: larger buffers go back to the system after each chunk.
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
