import Diagnostics
import Foundation

/// The folder with what comes beside the program: `recipes/` and `data/`.
///
/// It is the first of these that holds `recipes`: the folder that the environment variable `ATTUNE_HOME` names;
/// `../share/attune` beside the folder of the program; a folder above the program that holds `data` as well, as the
/// repository does above `.build`; the working directory.
struct AttuneHome {
  /// The folder's path.
  let path: String

  /// Finds the folder.
  ///
  /// - Throws: `UserError` of kind `file` where none of the places holds it.
  init(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    program: String = AttuneHome.programPath,
    workingDirectory: String = FileManager.default.currentDirectoryPath
  ) throws {
    if let named = environment["ATTUNE_HOME"], !named.isEmpty {
      guard Self.holds("recipes", in: named) else {
        throw UserError.file("ATTUNE_HOME names '\(named)', which holds no folder 'recipes'.")
      }
      path = named
      return
    }
    let folders = Self.foldersAbove(program)
    let shared = folders.dropFirst().first.map { ($0 as NSString).appendingPathComponent("share/attune") }
    let candidates =
      [shared].compactMap(\.self).filter { Self.holds("recipes", in: $0) }
      + folders.filter { Self.holds("recipes", in: $0) && Self.holds("data", in: $0) }
      + [workingDirectory].filter { Self.holds("recipes", in: $0) }
    guard let found = candidates.first else {
      throw UserError.file(
        "the recipes that come with Attune were not found: set ATTUNE_HOME to the folder that holds 'recipes' and 'data'."
      )
    }
    path = found
  }

  /// The path of this program, with symbolic links resolved where the system tells it.
  static var programPath: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? Bundle.main.executablePath ?? CommandLine.arguments.first ?? ""
  }

  /// The folder that a file is in, the one above it, and so on.
  private static func foldersAbove(_ path: String) -> [String] {
    var folders: [String] = []
    var folder = (path as NSString).deletingLastPathComponent
    while !folder.isEmpty, folders.last != folder {
      folders.append(folder)
      folder = (folder as NSString).deletingLastPathComponent
    }
    return folders
  }

  private static func holds(_ name: String, in folder: String) -> Bool {
    var isFolder: ObjCBool = false
    let path = (folder as NSString).appendingPathComponent(name)
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
