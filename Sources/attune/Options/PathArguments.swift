import ArgumentParser
import InputFiles

/// The path that an option or argument names.
///
/// - Throws: `InvalidPath`.
@Sendable
func pathArgument(_ text: String) throws -> String { try filePath(text) }

/// The path of a file to write, or of a folder that exists.
///
/// - Throws: `InvalidPath`; `ValidationError` for a text that ends like a folder's if there is no such folder.
@Sendable
func newEntryArgument(_ text: String) throws -> String {
  let path = try filePath(text)
  if text.hasSuffix("/"), isMissing(path) { throw ValidationError("there is no such folder.") }
  return path
}

/// The path of a file to write that an option or argument names.
///
/// - Throws: `InvalidPath`; `ValidationError` if the text ends like a folder's.
@Sendable
func newFileArgument(_ text: String) throws -> String {
  if text.hasSuffix("/") {
    throw ValidationError("a path that ends in '/' names a folder; expected the name of a file.")
  }
  return try filePath(text)
}
