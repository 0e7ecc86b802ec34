import Diagnostics
import Foundation

/// An error of kind `file` for a path that leads nowhere: `data/trian.jsonl: no such file. Did you mean
/// 'data/train.jsonl'?`
///
/// - Parameters:
///   - message: what is wrong.
///   - hint: what else could help if no name is near.
package func missingFile(_ path: String, _ message: String = "no such file", hint: String = "") -> UserError {
  guard let (folder, name) = firstMissing(path) else { return unreachable(path) }
  let missing = folder.path(of: name)
  if !folder.isEmpty, !isFolder(folder) { return .file("\(path): \(message): '\(folder)' is not a folder.") }
  let reason = missing == path ? "" : ": the folder '\(missing)' does not exist"
  let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
  if name.contains(where: { "*?".contains($0) }) {
    return .file("\(path): \(message); patterns are not expanded: list the files.")
  }
  guard let near = nearestName(to: name, in: names.sorted()) else {
    return .file("\(path): \(message)\(reason).\(hint)")
  }
  let corrected = folder.path(of: near) + path.dropFirst(missing.count)
  let suggested = FileManager.default.fileExists(atPath: corrected) ? corrected : folder.path(of: near)
  return .file("\(path): \(message)\(reason). Did you mean '\(suggested)'?")
}

/// Whether a path leads nowhere, as far as its folders can be searched.
package func isMissing(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) != 0 && [ENOENT, ENOTDIR].contains(errno)
}

private func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// An error for a path that cannot be followed although none of its names is missing.
private func unreachable(_ path: String) -> UserError {
  var status = stat()
  if lstat(path, &status) != 0 { return .file("\(path): cannot be read: \(systemError())") }
  return .file("\(path): is a symbolic link to a file that does not exist; expected a file")
}

/// The first name of a path that does not exist, with the folder in which it is missing (empty: the working folder).
private func firstMissing(_ path: String) -> (folder: String, name: String)? {
  var folder = path.utf8.first == UInt8(ascii: "/") ? "/" : ""
  for bytes in path.utf8.split(separator: UInt8(ascii: "/")) {
    let name = String(Substring(bytes))
    var status = stat()
    if lstat(folder.path(of: name), &status) != 0 {
      return [ENOENT, ENOTDIR].contains(errno) ? (folder, name) : nil
    }
    folder = folder.path(of: name)
  }
  return nil
}
