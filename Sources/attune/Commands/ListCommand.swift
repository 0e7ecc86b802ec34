import ArgumentParser
import StrictJSON

/// `attune list`: lists the bundled recipes.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the bundled recipes.",
    discussion: """
      The recipes are searched for in the folder that ATTUNE_HOME names, in ../share/attune next to the program's folder, \
      in a folder above the program that holds recipes and data, and in the working directory.

      --json: an array of objects with name, path and summary.
      """)

  @Flag(help: "Prints one JSON array of {name, path, summary}.")
  var json = false

  func run() throws {
    let recipes = try BundledRecipe.all(in: AttuneHome())
    if json {
      Console.output(
        json: .array(
          recipes.map { ["name": .string($0.name), "path": .string($0.path), "summary": .string($0.summary)] }))
      return
    }
    var table = Table(columns: [.left("recipe"), .left("what it does")])
    for recipe in recipes { table.add([recipe.name, recipe.summary]) }
    Console.output(table.text)
    Console.message("Copy one with `attune copy NAME PATH`.")
  }
}
