import Diagnostics
import Foundation
import InputFiles

/// A recipe that was read from a file, with the overrides of the command line, and that knows where each value was
/// written: what is found wrong later can name the line as well.
public final class RecipeFile: Sendable {
  /// The file's path, as messages name it.
  public let path: String
  /// What the file and the overrides say, with defaults for the rest.
  public let recipe: Recipe
  private let tree: SourceNode

  private init(path: String, recipe: Recipe, tree: SourceNode) {
    (self.path, self.recipe, self.tree) = (path, recipe, tree)
  }

  /// Reads a recipe file.
  ///
  /// - Parameters:
  ///   - path: the YAML file.
  ///   - overrides: `key.path=value` each, the value in YAML; they stand in place of what the file says.
  /// - Throws: `UserErrors` of kind `recipe` with all problems at once, each with its line.
  public convenience init(path: String, overrides: [String] = []) throws {
    try self.init(bytes: Self.bytes(ofFileAt: path), path: path, overrides: overrides)
  }

  /// Reads a recipe file as far as it can be understood.
  ///
  /// - Returns: the file, in which what is wrong has its default, and what is wrong.
  /// - Throws: `UserErrors` of kind `recipe` where nothing can be understood.
  package static func reading(path: String, overrides: [String]) throws -> (file: RecipeFile, mistakes: [UserError]) {
    var mistakes: [UserError] = []
    let file = try RecipeFile(
      bytes: Self.bytes(ofFileAt: path), path: path, overrides: overrides, mistakes: &mistakes)
    return (file, mistakes)
  }

  /// Reads a recipe from text.
  ///
  /// - Parameters:
  ///   - text: YAML.
  ///   - path: what messages call it.
  ///   - overrides: `key.path=value` each.
  /// - Throws: `UserErrors` of kind `recipe` with all problems at once, each with its line.
  public convenience init(text: String, path: String, overrides: [String] = []) throws {
    try self.init(bytes: Array(text.utf8), path: path, overrides: overrides)
  }

  /// Reads a recipe from the bytes of a file, whatever they are.
  package convenience init(bytes: [UInt8], path: String, overrides: [String]) throws {
    var mistakes: [UserError] = []
    try self.init(bytes: bytes, path: path, overrides: overrides, mistakes: &mistakes)
    if !mistakes.isEmpty { throw UserErrors(mistakes) }
  }

  private convenience init(bytes: [UInt8], path: String, overrides: [String], mistakes: inout [UserError]) throws {
    let problems = Problems(file: path)
    var reader = YAMLReader(place: { .line($0) })
    var tree: SourceNode
    do {
      guard let root = try reader.read(bytes) else {
        throw YAMLProblem(line: nil, message: "is empty; a recipe needs output, model and data")
      }
      tree = root
    } catch let problem as YAMLProblem {
      let place = problem.line.map(Place.line) ?? .file
      throw UserErrors([.recipe("\(place.text(in: path)): \(problem.message).")])
    }
    for duplicate in reader.duplicates { problems.add(duplicate.message, at: duplicate.place) }
    do {
      let parsed = try overrides.map { text throws(UserError) in try Override(text) }
      for duplicate in parsed.flatMap(\.duplicates) { problems.add(duplicate.message, at: duplicate.place) }
      try Override.apply(parsed, to: &tree)
    } catch {
      throw UserErrors([error])
    }
    self.init(path: path, recipe: Recipe(decoding: tree, problems: problems), tree: tree)
    mistakes = problems.finish()
  }

  /// The same file with a recipe in which more is decided.
  package func deciding(_ change: (inout Recipe) -> Void) -> RecipeFile {
    var recipe = recipe
    change(&recipe)
    return RecipeFile(path: path, recipe: recipe, tree: tree)
  }

  /// An error of kind `recipe` about a key, which names the place where the key, or the section around it, was written.
  ///
  /// - Parameters:
  ///   - keyPath: `adapter.targets`, `data.train[1].path`.
  ///   - message: what is wrong.
  public func error(at keyPath: String, _ message: String) -> UserError {
    .recipe("\(place(of: keyPath)): \(keyPath): \(message)")
  }

  /// Where a key was written, for the beginning of a message: `recipes/lora.yaml:12`. For a key that has its
  /// default it is the place of the section around it.
  public func place(of keyPath: String) -> String {
    var node = tree
    var place = Place.file
    for key in keyPath.replacing("[", with: ".").replacing("]", with: "").split(separator: ".") {
      switch node.content {
      case .section(let entries):
        guard let entry = entries.first(where: { $0.key == key }) else { return place.text(in: path) }
        (node, place) = (entry.value, entry.place)
      case .list(let elements):
        guard let position = Int(key), elements.indices.contains(position) else { return place.text(in: path) }
        (node, place) = (elements[position], elements[position].place)
      case .scalar:
        return place.text(in: path)
      }
    }
    return place.text(in: path)
  }

  /// The bytes of a recipe file; never more than the guard's limit and one.
  private static func bytes(ofFileAt path: String) throws -> [UInt8] {
    if isMissing(path) { throw UserErrors([.recipe(missingFile(path, "there is no such recipe file").message)]) }
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw UserErrors([.recipe("\(path): is a folder; a recipe is a YAML file.")])
    }
    do {
      let file = try InputFile(path)
      return try file.bytes(at: 0, count: min(file.size, YAMLGuard.maximumBytes + 1))
    } catch let error as UserError {
      throw UserErrors([.recipe(error.message)])
    }
  }
}
