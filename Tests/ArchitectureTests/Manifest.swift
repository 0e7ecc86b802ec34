/// The targets of `Package.swift` with their dependencies, found by their text.
struct Manifest: Sendable {
  struct Target: Sendable {
    /// `target`, `executableTarget`, `testTarget`, `systemLibrary`.
    let kind: String
    let name: String
    /// Modules of this package and products of others.
    let dependencies: Set<String>
  }

  let targets: [Target]

  init(parsing text: String) {
    let declaration =
      /\.(?<kind>target|executableTarget|testTarget|systemLibrary)\(\s*name: "(?<name>\w+)"(?:,\s*dependencies: \[(?<list>[^\]]*)\])?/
    targets = text.matches(of: declaration).map { match in
      let list = match.output.list ?? ""
      // `.product(name: "Yams", package: "Yams")` names its module first.
      let names = list.replacing(/package: "[^"]*"/, with: "").matches(of: /"(\w+)"/).map { String($0.1) }
      return Target(kind: String(match.kind), name: String(match.name), dependencies: Set(names))
    }
  }

  /// The names of all targets.
  var modules: Set<String> { Set(targets.map(\.name)) }

  /// Everything that some target depends on.
  var dependencies: Set<String> { targets.reduce(into: []) { $0.formUnion($1.dependencies) } }
}
