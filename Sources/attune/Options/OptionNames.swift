import Diagnostics

/// Runs the work of a command that has no recipe: where an error names a key of a recipe, it names the option instead.
func namingOptions<Result>(_ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let error as UserError {
    throw UserError(error.kind, withOptionNames(error.message))
  } catch let errors as UserErrors {
    throw UserErrors(errors.errors.map { UserError($0.kind, withOptionNames($0.message)) })
  }
}

private func withOptionNames(_ message: String) -> String {
  [
    ("data.length_policy: ", "--length-policy "), ("data.length_policy", "--length-policy"),
    ("data.lost_parts: ", "--lost-parts "), ("data.max_length", "--max-length"), ("data.template", "--template"),
    ("(data.columns renames keys)", "(a recipe's data.columns renames keys)"),
  ].reduce(message) { $0.replacing($1.0, with: $1.1) }
}
