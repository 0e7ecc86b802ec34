/// What an Attune file is for: its root attribute `kind`.
public enum AttuneFileKind: String, Sendable, CaseIterable {
  /// A model that stands alone: weights, configuration, tokenizer.
  case model
  /// An adapter, which names its base.
  case adapter
  /// The whole state of a training run.
  case checkpoint
}

/// A group of an Attune file that holds tensors by name; the raw value is its path.
public enum TensorGroup: String, Sendable, CaseIterable {
  /// The model's parameters.
  case model = "model"
  /// The adapter's parameters.
  case adapter = "adapter"
  /// The optimizer's running mean of gradients.
  case firstMoment = "optimizer/first_moment"
  /// The optimizer's running mean of squared gradients.
  case secondMoment = "optimizer/second_moment"
}

/// A text of an Attune file; the raw value is the name of its dataset.
public enum TextEntry: String, Sendable, CaseIterable {
  /// The model's `config.json`.
  case configuration
  /// PEFT's `adapter_config.json`, or Attune's in the same shape.
  case adapterConfiguration = "adapter_configuration"
  /// The text of `tokenizer.json`.
  case tokenizer
  /// The name of the template of conversations.
  case template
  /// The resolved recipe.
  case recipe
}

/// A value of a checkpoint's `/state`, or of a root attribute.
public enum StateValue: Sendable, Equatable {
  /// A 64-bit integer.
  case integer(Int)
  /// A double.
  case real(Double)
  /// A short text (at most 32 KiB).
  case text(String)
  /// 64-bit words: the state of random streams.
  case words([UInt64])
}

/// Names and limits of the layout, for reader and writer.
enum AttuneFileLayout {
  /// The value of the root attribute `format`.
  static let format = "attune"
  /// The version that is written, and the only one that is read.
  static let version = 1
  /// The root attributes that are not provenance.
  static let rootAttributes = ["format", "version", "kind", "complete"]
  /// The attribute that tells a bfloat16 dataset from one of 16-bit integers.
  static let typeAttribute = "dtype"
  /// The group of small files.
  static let filesGroup = "files"
  /// The group whose attributes are the state.
  static let stateGroup = "state"
  /// The most bytes of an attribute's text: attributes stand in object headers, which hold 64 KiB.
  static let attributeTextLimit = 32 << 10

  /// Whether HDF5 can have a link, and a folder a file, of this name.
  ///
  /// Bytes are compared: to Swift, a slash with a combining accent is another character than a slash.
  static func isPossible(name: String) -> Bool {
    let bytes = name.utf8
    return 1...1024 ~= bytes.count && !bytes.elementsEqual(".".utf8) && !bytes.elementsEqual("..".utf8)
      && !bytes.contains(UInt8(ascii: "/")) && !bytes.contains(0)
  }
}
