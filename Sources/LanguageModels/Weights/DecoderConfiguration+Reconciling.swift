import Checkpoints

extension DecoderConfiguration {
  /// The configuration of a model whose weights are in a file, where the two contradict each other.
  ///
  /// Where embedding and head are to be tied and the file holds two tensors that differ, both are used, as in transformers.
  /// Tensors that no model needs are compared with what the configuration gives. Notes say what was found.
  ///
  /// - Throws: `UserError` of kind `file` where the file cannot be read.
  public func reconciled(with source: some TensorSource) throws -> DecoderConfiguration {
    var result = self
    if tiesEmbeddings, let table = source.description(of: embedding.name),
      let own = source.description(of: vocabularyHead.name), try !source.isEqual(table, own)
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
  /// Whether a tensor holds the rotary frequencies of some layer, be it those before they are stretched, which older files
  /// hold, or is of a type that says nothing.
  fileprivate func holdsFrequencies(_ tensor: TensorDescription, of configuration: DecoderConfiguration) throws -> Bool
  {
    guard [.float32, .float16, .bfloat16].contains(tensor.type), tensor.elementCount <= 1 << 16 else { return false }
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
