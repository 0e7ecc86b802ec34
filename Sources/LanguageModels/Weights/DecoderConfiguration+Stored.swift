import Checkpoints

extension DecoderConfiguration {
  /// What becomes of a configuration beside a file of weights that says something else.
  ///
  /// Where embedding and head are to be tied and the file holds two tensors that differ, both are used, as in transformers.
  /// Tensors that no model needs are compared with what the configuration gives. Notes say what was found.
  ///
  /// - Throws: `UserError` of kind `file` where the file cannot be read.
  public func beside(_ source: some TensorSource) throws -> DecoderConfiguration {
    var result = self
    if tiesEmbeddings, let table = source.description(of: embedding.name),
      let own = source.description(of: vocabularyHead.name), try !source.holdsTheSame(table, own)
    {
      result.tiesEmbeddings = false
      result.notes.append(
        "\(source.path): tie_word_embeddings is true, and the tensors '\(table.name)' and '\(own.name)' differ; both are "
          + "used, as in transformers")
    }
    let others = try source.tensors.filter { try isBuffer($0.name) && !source.holdsFrequencies($0, of: self) }
    if let other = others.first {
      result.notes.append(
        "\(source.path): the tensor '\(other.name)'" + (others.count > 1 ? " and \(others.count - 1) like it" : "")
          + " differ\(others.count > 1 ? "" : "s") from the frequencies that config.json asks for; config.json is used, as in "
          + "transformers")
    }
    return result
  }
}

extension TensorSource {
  /// About how many bytes are compared at a time.
  private var comparedBytes: Int { 1 << 22 }

  /// Whether two tensors hold the same numbers, as they are stored or, where the types differ, as float32.
  fileprivate func holdsTheSame(_ one: TensorDescription, _ other: TensorDescription) throws -> Bool {
    guard one.shape == other.shape else { return false }
    let isOneType = one.type == other.type
    guard isOneType || (one.type.isFloat && other.type.isFloat) else { return false }
    let type = isOneType ? one.type : .float32
    let rowBytes = max(1, one.rowElementCount * type.bitWidth / 8)
    let rows = max(1, comparedBytes / rowBytes)
    for start in stride(from: 0, to: one.rowCount, by: rows) {
      let range = start..<min(start + rows, one.rowCount)
      let first = try bytes(of: one, range, as: type)
      if try first != bytes(of: other, range, as: type) { return false }
    }
    return true
  }

  private func bytes(of tensor: TensorDescription, _ rows: Range<Int>, as type: StoredType) throws -> [UInt8] {
    let count = rows.count * tensor.rowElementCount * type.bitWidth / 8
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer { buffer.deallocate() }
    try read(tensor, rows: rows, as: type, into: buffer)
    return Array(buffer)
  }

  /// Whether a tensor holds the rotary frequencies of some layer, be it those before they are stretched, which older files
  /// hold, or is of a type that says nothing.
  fileprivate func holdsFrequencies(_ tensor: TensorDescription, of configuration: DecoderConfiguration) throws -> Bool
  {
    guard tensor.type.isFloat, tensor.elementCount <= 1 << 16 else { return false }
    let found = try floats(tensor.name)
    return Set(configuration.layers.map(\.attention.rotary)).contains { rotary in
      [rotary, RotaryConfiguration(width: rotary.width, theta: rotary.theta)].contains { candidate in
        let expected = candidate.frequencies
        // As far as bfloat16 and float16 can say.
        return found.count == expected.count
          && zip(found, expected).allSatisfy { abs(Double($0) - $1) <= 0.01 * $1 + 1e-7 }
      }
    }
  }
}

extension StoredType {
  fileprivate var isFloat: Bool { [.float32, .float16, .bfloat16].contains(self) }
}
