import Diagnostics
import OutputFiles

extension PartialFolder {
  /// Writes the configuration, tokenizer, notes and other small files of a model or adapter.
  ///
  /// - Throws: `UserError` of kind `output`.
  func write(_ contents: ModelContents) throws {
    try write(contents.configuration.utf8, to: contents.kind.configurationName)
    if let tokenizer = contents.tokenizer { try write(tokenizer.utf8, to: "tokenizer.json") }
    let notes = AttuneNotes(template: contents.template, recipe: contents.recipe, provenance: contents.provenance)
    if !notes.isEmpty { try write(notes.text.utf8, to: AttuneNotes.fileName) }
    for (name, data) in contents.files.sorted(by: { $0.key < $1.key }) {
      // The names may come from a file that somebody else made.
      guard AttuneFileLayout.isPossible(name: name), !ModelContents.isKeptElsewhere(name) else {
        throw UserError.output("\(target): a small file must not be named '\(name)'")
      }
      try write(data, to: name)
    }
  }

  /// A writer for a safetensors file in the folder; use it within ``namingTarget(_:)``.
  ///
  /// - Throws: `UserError` of kind `output`.
  func safetensors(_ name: String, _ tensors: [TensorDescription]) throws -> SafetensorsWriter {
    try namingTarget { try SafetensorsWriter(url.appendingPathComponent(name), tensors: tensors) }
  }
}
