/// What an Attune file is for: its root attribute `kind`.
public enum AttuneFileKind: String, Sendable, CaseIterable {
  /// A complete model: weights, configuration, tokenizer.
  case model
  /// An adapter, which refers to its base.
  case adapter
  /// The complete state of a training run.
  case checkpoint
}

/// A group of an Attune file that contains tensors by name; the raw value is its path.
public enum TensorGroup: String, Sendable, CaseIterable {
  /// The model's parameters.
  case model = "model"
  /// The adapter's parameters.
  case adapter = "adapter"
  /// The optimizer's running mean of gradients: values, or codes of eight bits.
  case firstMoment = "optimizer/first_moment"
  /// The optimizer's running mean of squared gradients: values, or codes of eight bits.
  case secondMoment = "optimizer/second_moment"
  /// The scales of the codes of the first mean, one for 256 of them.
  case firstMomentScale = "optimizer/first_moment_scale"
  /// The scales of the codes of the second mean.
  case secondMomentScale = "optimizer/second_moment_scale"

  /// Whether its tensors may be bytes.
  var mayHoldCodes: Bool { self == .firstMoment || self == .secondMoment }
}

/// A text of an Attune file; the raw value is the name of its dataset.
public enum TextEntry: String, Sendable, CaseIterable {
  /// The model's `config.json`.
  case configuration
  /// PEFT's `adapter_config.json`, or Attune's in the same format.
  case adapterConfiguration = "adapter_configuration"
  /// The text of `tokenizer.json`.
  case tokenizer
  /// The name of the chat template.
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
  /// Unsigned 64-bit integers, such as the state of random streams and digests.
  case words([UInt64])
}

/// Names and limits of the layout, shared by reader and writer.
enum AttuneFileLayout {
  /// The value of the root attribute `format`.
  static let format = "attune"
  /// The version that the writer writes, and the only one that the reader accepts.
  static let version = 1
  /// The root attributes that are not provenance.
  static let rootAttributes = ["format", "version", "kind", "complete"]
  /// The attribute that marks a dataset of 16-bit integers as bfloat16.
  static let typeAttribute = "dtype"
  /// The group of small files.
  static let filesGroup = "files"
  /// The group whose attributes are the state.
  static let stateGroup = "state"
  /// The largest size of an attribute's text: attributes are stored in object headers, which are limited to 64 KiB.
  static let attributeTextLimit = 32 << 10

  /// Whether this name is valid for a link in HDF5 and for a file in a folder.
  ///
  /// It compares bytes: to Swift, a slash with a combining accent is a different character from a slash.
  static func isPossible(name: String) -> Bool {
    let bytes = name.utf8
    return 1...1024 ~= bytes.count && !bytes.elementsEqual(".".utf8) && !bytes.elementsEqual("..".utf8)
      && !bytes.contains(UInt8(ascii: "/")) && !bytes.contains(0)
  }
}
