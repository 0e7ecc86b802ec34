import Diagnostics
import Foundation
import StrictJSON

/// `attune.json`: what Attune knows about a model or adapter and cannot store in Hugging Face's files.
struct AttuneNotes: Equatable {
  static let fileName = "attune.json"

  /// The chat template that it was trained with.
  var template: String?
  /// The resolved recipe that produced it.
  var recipe: String?
  /// Its origin: program version, digest of the base, and so on.
  var provenance: [String: String] = [:]

  init(template: String? = nil, recipe: String? = nil, provenance: [String: String] = [:]) {
    self.template = template
    self.recipe = recipe
    self.provenance = provenance
  }

  var isEmpty: Bool { self == AttuneNotes() }

  /// Reads the notes of a folder; they are empty if it has none.
  init(of folder: FolderFiles) throws {
    self.init()
    guard folder.has(Self.fileName) else { return }
    self = try AttuneNotes(
      parsing: folder.contents(Self.fileName, limit: ModelFolder.smallFileLimit),
      place: "\(folder.path)/\(Self.fileName)")
  }

  /// Parses notes; error messages begin with `place`.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(parsing data: Data, place: String) throws {
    for (key, value) in try JSONObject(parsing: data, file: place).members {
      switch key {
      case "template": template = try Self.text(value, key, place)
      case "recipe": recipe = try Self.text(value, key, place)
      case "provenance":
        guard let members = value.objectValue?.members else {
          throw UserError.file("\(place): provenance must be an object of strings, found \(value.kindName)")
        }
        for (name, value) in members { provenance[name] = try Self.text(value, "provenance.\(name)", place) }
      default:
        throw UserError.file(
          "\(place): unknown key '\(key)'.\(suggestion(for: key, in: ["template", "recipe", "provenance"]))")
      }
    }
  }

  private static func text(_ value: JSONValue, _ key: String, _ place: String) throws -> String {
    guard let text = value.stringValue else {
      throw UserError.file("\(place): \(key) must be a string, found \(value.kindName)")
    }
    return text
  }

  /// The text of `attune.json`.
  var text: String {
    var members: [(key: String, value: JSONValue)] = []
    if let template { members.append(("template", .string(template))) }
    if !provenance.isEmpty { members.append(("provenance", .object(sorted: provenance))) }
    if let recipe { members.append(("recipe", .string(recipe))) }
    return JSONValue.members(members).compactText + "\n"
  }
}
