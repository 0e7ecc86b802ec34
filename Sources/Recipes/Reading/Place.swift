/// Where a value of a recipe was written.
enum Place: Sendable, Equatable {
  /// The recipe file as a whole.
  case file
  /// A line of the recipe file, counted from 1.
  case line(Int)
  /// An override of the command line, as typed.
  case override(String)

  /// The beginning of a message: `recipes/lora.yaml:12`.
  func text(in file: String) -> String {
    switch self {
    case .file: file
    case .line(let line): "\(file):\(line)"
    case .override(let text): "override '\(text)'"
    }
  }

  /// Lines in their order, after what concerns the whole file and before overrides.
  var order: Int {
    switch self {
    case .file: 0
    case .line(let line): line
    case .override: .max
    }
  }
}
