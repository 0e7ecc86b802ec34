import ArgumentParser
import Checkpoints
import Diagnostics
import Foundation
import OutputFiles

/// `attune copy NAME PATH`: a bundled recipe to begin one's own with.
struct CopyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy",
    abstract: "Copies a recipe that comes with Attune.",
    discussion: """
      Example:

          $ attune copy full my.yaml

      Nothing is overwritten. Paths inside a recipe are relative to the folder that it is run from; those of the bundled \
      model and records are written out, so that the copy runs as it stands.
      """)

  @Argument(help: "The recipe's name, as `attune list` tells it.")
  var name: String

  @Argument(help: "The new file, or a folder for it.")
  var path: String

  func run() throws {
    let home = try AttuneHome()
    let recipe = try BundledRecipe.named(name, in: home)
    let isHome = FileManager.default.currentDirectoryPath == home.path
    let contents = try recipe.contents(namingFilesIn: isHome ? nil : home)
    var isFolder: ObjCBool = false
    var target = path
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      target = (path as NSString).appendingPathComponent((recipe.path as NSString).lastPathComponent)
    }
    try write(contents, to: target)
    Console.message(
      "\(target) is a copy of the recipe \(recipe.name); it runs on the model and records that come with Attune.")
    Console.message(
      "Put your own into output, model.path, data.train and data.held_out; a model with a chat template of its own "
        + "needs no data.template.")
    Console.message("Then: attune validate \(target)")
  }

  /// Writes a file that must not exist yet; a disk that is full leaves nothing of it.
  private func write(_ contents: Data, to target: String) throws {
    let file = try PartialFile(for: URL(fileURLWithPath: target))
    try file.write(contents, at: 0)
    guard try file.commitIfNew() else {
      throw UserError.recipe("\(target) exists already; nothing is overwritten.")
    }
  }
}
