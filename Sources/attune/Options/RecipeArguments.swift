import ArgumentParser

/// A recipe and the changes to it.
struct RecipeArguments: ParsableArguments {
  @Argument(help: ArgumentHelp("The recipe, a YAML file.", valueName: "recipe"), transform: pathArgument)
  var path: String

  @Argument(help: "Changes to the recipe: key.path=value.")
  var overrides: [String] = []
}
