import Diagnostics

extension DataOptions {
  /// The error for a record that needs a tokenizer when there is none.
  var noTokenizer: UserError {
    if let missingTokenizer {
      return .recipe("data: the records are text, but \(missingTokenizer) Or tokenize the records ({ids, prompt_len}).")
    }
    return .recipe(
      "data: the records are text, but there is no tokenizer; add a tokenizer.json to the model's folder, or tokenize "
        + "the records ({ids, prompt_len})")
  }
}
