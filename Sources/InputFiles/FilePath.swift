import Foundation

/// Why a text cannot be a path, complete in itself; it follows the name of the key or option in a message.
package struct InvalidPath: Error, Equatable, CustomStringConvertible {
  /// The text for the user.
  package let description: String

  init(_ description: String) { self.description = description }
}

/// The file or folder that a text in a recipe or on the command line means. Every path that a user writes goes through
/// this function.
///
/// A relative path starts at the working folder. As in a shell, `~` at the beginning is the home folder and `~name` that
/// of another user (POSIX, Shell Command Language, 2.6.1). Slashes at the end, `//` and `.` mean nothing, and `..` after
/// a symbolic link is the folder above its target, as for the system. A name that exists only in the other of Unicode's
/// normal forms is that one. A file need not exist.
///
/// - Parameters:
///   - text: what the user wrote.
///   - home: the value of `HOME`; nil or empty: the system's user database names the home folder.
/// - Throws: `InvalidPath` for an empty text, a NUL character, a URL, an unknown home folder, and an environment
///   variable, unless there is a file of that name.
package func filePath(
  _ text: String, home: String? = ProcessInfo.processInfo.environment["HOME"]
) throws(InvalidPath) -> String {
  guard !text.isEmpty else { throw InvalidPath("expected a path, found an empty text") }
  guard !text.utf8.contains(0) else { throw InvalidPath("the path holds a NUL character") }
  try refuseURL(text)
  let expanded = try expandingTilde(text, home: home)
  var path = expanded.utf8.first == UInt8(ascii: "/") ? "/" : ""
  for bytes in expanded.utf8.split(separator: UInt8(ascii: "/")) {
    switch String(Substring(bytes)) {
    case ".": continue
    case "..": path = parent(of: path)
    case let name:
      path = existingForm(of: name, in: path)
      if isVariable(name), !exists(path) {
        throw InvalidPath(
          "'\(text)': environment variables are not expanded in paths; write the folder that '\(name)' stands for")
      }
    }
  }
  if path.isEmpty { return "." }
  // Without a folder before it, Foundation would expand the tilde.
  return path.utf8.first == UInt8(ascii: "~") ? "./" + path : path
}

/// Refuses `https://…`, `file:///…` and their like.
private func refuseURL(_ text: String) throws(InvalidPath) {
  guard let match = text.prefixMatch(of: /[A-Za-z][A-Za-z0-9+.\-]*:\/\/|file:\//.ignoresCase()), !exists(text) else {
    return
  }
  guard text.lowercased().hasPrefix("file:") else {
    throw InvalidPath("'\(text)' is a URL; expected the path of a file or folder on this machine: download it first")
  }
  let local = text[match.range.upperBound...].drop { $0 != "/" }
  let path = match.output.hasSuffix("//") ? String(local) : String(text.dropFirst("file:".count))
  throw InvalidPath("'\(text)' is a URL; expected a path: '\(path.removingPercentEncoding ?? path)'")
}

/// A text in which `~` or `~name` at the beginning is a home folder; `~name` of no user is a file's name if it exists.
private func expandingTilde(_ text: String, home: String?) throws(InvalidPath) -> String {
  guard text.utf8.first == UInt8(ascii: "~") else { return text }
  let name = String(Substring(text.utf8.dropFirst().prefix { $0 != UInt8(ascii: "/") }))
  let rest = String(Substring(text.utf8.dropFirst(1 + name.utf8.count)))
  if name.isEmpty, let home, !home.isEmpty { return home + rest }
  if let entry = name.isEmpty ? getpwuid(getuid()) : getpwnam(name), let folder = entry.pointee.pw_dir {
    return String(cString: folder) + rest
  }
  if name.isEmpty { throw InvalidPath("'\(text)': the home folder is unknown: HOME is not set") }
  if exists("~" + name) { return text }
  throw InvalidPath("'\(text)': there is no user '\(name)'; for a file whose name begins with '~' write './\(text)'")
}

/// The folder above a path without `.` and, except at its beginning, without `..`.
private func parent(of path: String) -> String {
  if path == "/" { return path }
  if path.isEmpty || path.nameInPath == ".." { return path.path(of: "..") }
  var status = stat()
  if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK, let target = realpath(path, nil) {
    defer { free(target) }
    return String(cString: target).folderOfPath
  }
  return path.folderOfPath
}

/// A name in a folder; the name of an entry that differs from it in nothing but Unicode's normal form, if only that one
/// exists.
private func existingForm(of name: String, in folder: String) -> String {
  let path = folder.path(of: name)
  if name.utf8.allSatisfy({ $0 < 0x80 }) || exists(path) { return path }
  let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
  // Swift's equality of strings is canonical equivalence.
  return names.sorted().first { $0 == name }.map { folder.path(of: $0) } ?? path
}

/// Whether a shell would put the value of an environment variable here: `$DATA`, `${DATA}`.
private func isVariable(_ name: String) -> Bool { name.contains(/\$\{?[A-Za-z_]/) }

private func exists(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0
}
