import Hashing
import InstructionData

extension DataSet {
  /// A word for each source, the first eight bytes of SHA-256 over its examples: a run that resumes with other data, or
  /// with another tokenizer or template, would be another run.
  public var digests: [UInt64] {
    sources.map { source in
      let digest = Digest()
      for example in source.examples {
        for numbers in example.numbers {
          digest.update(UInt64(numbers.count))
          digest.update(numbers)
        }
      }
      return digest.finishAsNumber()
    }
  }
}
