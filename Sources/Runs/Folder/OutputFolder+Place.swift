import Diagnostics
import Foundation
import InputFiles

extension OutputFolder {
  /// Refuses a folder that cannot be made or written, without writing anything.
  ///
  /// - Throws: `UserError` of kind `output`.
  static func checkPlace(_ path: String) throws {
    func refusal(_ reason: String) -> UserError { .output("\(path): the output folder cannot be made: \(reason)") }
    var folder = path
    var status = stat()
    while !folder.isEmpty, lstat(folder, &status) != 0, [ENOENT, ENOTDIR].contains(errno) {
      folder = folder.folderOfPath
    }
    if folder.isEmpty { folder = "." }
    guard stat(folder, &status) == 0 else {
      let code = errno
      throw refusal(code == ENOENT ? "'\(folder)' is a symbolic link that leads nowhere" : systemError(code))
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      guard access(folder, W_OK | X_OK) != 0 else { return }
      let reason = systemError()
      if folder == path { throw UserError.output("\(path): the output folder cannot be written: \(reason)") }
      throw refusal("\(folder): \(reason)")
    case S_IFREG: throw refusal("'\(folder)' is a file")
    default: throw refusal("'\(folder)' is \(fileKind(status.st_mode))")
    }
  }
}
