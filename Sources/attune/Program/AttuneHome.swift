import Diagnostics
import Foundation
import InputFiles

/// The folder with the files that come with the program: `recipes/` and `data/`.
///
/// It is the first of these that holds `recipes`: the folder that the environment variable `ATTUNE_HOME` names;
/// `../share/attune`, relative to the program's folder; a folder above the program that also holds `data`, as the
/// repository does above `.build`; the working directory.
struct AttuneHome {
  /// The folder's path.
  let path: String

  /// Finds the folder.
  ///
  /// - Throws: `UserError` of kind `file` if none of these folders holds `recipes`.
  init(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    program: String = AttuneHome.programPath,
    workingDirectory: String = FileManager.default.currentDirectoryPath
  ) throws {
    if let given = environment["ATTUNE_HOME"], !given.isEmpty {
      let named = (try? filePath(given)) ?? given
      guard Self.holds("recipes", in: named) else {
        throw UserError.file(
          "ATTUNE_HOME: '\(named)' has no folder 'recipes'; expected the folder that holds 'recipes' and 'data'.")
      }
      path = named
      return
    }
    let folders = Self.foldersAbove(program)
    let shared = folders.dropFirst().first.map { $0.path(of: "share/attune") }
    let candidates =
      [shared].compactMap(\.self).filter { Self.holds("recipes", in: $0) }
      + folders.filter { Self.holds("recipes", in: $0) && Self.holds("data", in: $0) }
      + [workingDirectory].filter { Self.holds("recipes", in: $0) }
    guard let found = candidates.first else {
      throw UserError.file(
        "cannot find the bundled recipes: set ATTUNE_HOME to the folder that holds 'recipes' and 'data'."
      )
    }
    path = found
  }

  /// The path of this program, with symbolic links resolved if the system supports it.
  static var programPath: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? Bundle.main.executablePath ?? CommandLine.arguments.first ?? ""
  }

  /// The folder that contains a file, the folder above it, and so on.
  private static func foldersAbove(_ path: String) -> [String] {
    var folders: [String] = []
    var folder = path.folderOfPath
    while !folder.isEmpty, folders.last != folder {
      folders.append(folder)
      folder = folder.folderOfPath
    }
    return folders
  }

  private static func holds(_ name: String, in folder: String) -> Bool {
    var isFolder: ObjCBool = false
    let path = folder.path(of: name)
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
