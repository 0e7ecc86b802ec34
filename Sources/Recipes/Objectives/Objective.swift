import LanguageModels
import Training

extension Recipe {
  /// What the training minimizes.
  public struct Objective: Sendable, Equatable {
    private let settings: any ObjectiveSettings

    /// An objective with its settings.
    init(_ settings: any ObjectiveSettings) { self.settings = settings }

    /// The objective of a recipe that names none.
    static var standard: Objective { Objective(all[0].init()) }

    /// What a recipe calls it: `sft`, `dpo`, ….
    public var method: String { type(of: settings).method }

    /// What is learned, and from what.
    public var task: any LearningTask { settings.task }

    /// Whether the methods and all of their settings are equal.
    public static func == (one: Objective, other: Objective) -> Bool { one.settings.isEqual(to: other.settings) }
  }
}

extension Recipe.Objective {
  /// The objective with which a model is evaluated where no recipe names one.
  ///
  /// - Parameter head: the model's.
  public static func evaluating(_ head: OutputHead) -> Recipe.Objective {
    all.lazy.map { Recipe.Objective($0.init()) }.first { $0.task.head == head } ?? .standard
  }

  /// Decodes the section `objective` of a recipe, or its short form `objective: METHOD`.
  init(_ recipe: Section) {
    self = .standard
    guard let node = recipe.value("objective") else { return }
    let names = Self.all.map { $0.method }
    var name: String? = names[0]
    var section = Section([], path: "objective", place: node.place, problems: recipe.problems)
    if case .scalar(_, isQuoted: false) = node.content, !node.isNull {
      name = recipe.name(node, "objective", of: names)
    } else {
      section = recipe.section(of: node, named: "objective")
      section.name("method", &name, of: names)
    }
    guard let found = Self.all.first(where: { $0.method == name }) else {
      section.isUnclear = true
      return
    }
    section.kind = "method \(found.method)"
    self.init(found.init(section))
  }

  var resolved: ResolvedValue { .section([("method", .text(method))] + settings.resolved) }
}
