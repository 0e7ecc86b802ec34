import Checkpoints
import LanguageModels
import StrictJSON
import Tokenization

/// The tokens at which a model's texts end, as three files name them.
struct ModelEnds {
  /// The token that ends an example: the `eos_token` of `tokenizer_config.json`, else the first `eos_token_id` of
  /// `config.json` at which generation ends, else the first at which it does; nil where no file names one.
  let endOfText: Int32?
  /// Where generation ends: the `eos_token_id` of `generation_config.json`, else that of `config.json`.
  let stopIDs: Set<Int32>
  /// Where the files contradict each other.
  let notes: [String]

  /// - Throws: `UserError` of kind `file` for files that do not hold what they should.
  init(
    _ configuration: DecoderConfiguration, _ contents: ModelContents, _ tokenizer: Tokenizer?, place: String
  ) throws {
    let (described, generation) = (configuration.endOfTextIDs, try contents.generationEnds(place: place))
    let named = try contents.endOfText(tokenizer, place: place)
    let decisive = generation.isEmpty ? described : generation
    // A tokenizer's own end of text comes before one that is merely the family's default.
    let isStated = try !generation.isEmpty || JSONValue(parsing: contents.configuration.utf8)["eos_token_id"] != nil
    endOfText = named ?? (isStated ? described.first(where: decisive.contains) ?? decisive.first : nil)
    stopIDs = Set(decisive)
    func list(_ ids: [Int32]) -> String { ids.map(String.init).joined(separator: ", ") }
    var notes: [String] = []
    if !generation.isEmpty, !Set(described).isSubset(of: generation) {
      notes.append(
        "\(place): eos_token_id is \(list(described)) in config.json and \(list(generation)) in generation_config.json; "
          + "the latter is used, as in transformers")
    }
    if let named, !stopIDs.isEmpty, !stopIDs.contains(named) {
      notes.append(
        "\(place): the eos_token of tokenizer_config.json is token \(named), and eos_token_id is "
          + "\(list(decisive)); examples end with the former, and text ends at either"
      )
    }
    self.notes = notes
  }
}
