import ArgumentParser
import Diagnostics
import Foundation
import InputFiles
import OutputFiles

/// `attune copy NAME PATH`: copies a bundled recipe as a start for a new one.
struct CopyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy",
    abstract: "Copies a bundled recipe.",
    discussion: """
      Example:

          $ attune copy full my.yaml

      An existing file is not overwritten. Paths in a recipe are relative to the folder from which it is run; the copy has \
      the absolute paths of the bundled model and records, so that it runs anywhere.
      """)

  @Argument(help: "The recipe's name, as `attune list` shows it.")
  var name: String

  @Argument(help: "The new file, or a folder for it.", transform: newEntryArgument)
  var path: String

  func run() throws {
    let home = try AttuneHome()
    let recipe = try BundledRecipe.named(name, in: home)
    let isHome = FileManager.default.currentDirectoryPath == home.path
    let contents = try recipe.contents(namingFilesIn: isHome ? nil : home)
    var isFolder: ObjCBool = false
    var target = path
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      target = path.path(of: recipe.path.nameInPath)
    }
    try write(contents, to: target)
    Console.message(
      "\(target) is a copy of the recipe \(recipe.name); it runs with the bundled model and records.")
    Console.message(
      "Set output, model.path, data.train and data.held_out to your own; a model with its own chat template needs no "
        + "data.template.")
    Console.message("Then: attune validate \(shellWord(target))")
  }

  /// Writes a file that must not exist yet; if the disk is full, no partial file is left.
  private func write(_ contents: Data, to target: String) throws {
    let file = try PartialFile(for: URL(fileURLWithPath: target))
    try file.write(contents, at: 0)
    guard try file.commitIfNew() else {
      throw UserError.recipe("\(target): already exists and is not overwritten; choose another name.")
    }
  }
}
