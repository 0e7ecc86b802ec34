// Decoding of `data.train` and `data.held_out`.
extension Section {
  /// A file, a list of files, or a list of sections with `path`, `name`, and `weight` or `epochs`.
  func sources(_ key: String) -> [Recipe.Data.Source] {
    guard let node = value(key) else { return [] }
    guard case .list(let elements) = node.content else {
      return path(node, key, expected: "a file or a list of files").map { [.init(name: stem(of: $0), path: $0)] } ?? []
    }
    if elements.isEmpty { report(key, "the list is empty: name at least one file.") }
    var sources: [Recipe.Data.Source] = []
    for (position, element) in elements.enumerated() {
      guard let source = source(element, "\(key)[\(position)]") else { continue }
      if sources.contains(where: { $0.name == source.name }) {
        problems.add(
          "\(prefix)\(key)[\(position)]: two sources are called '\(shortened(source.name))': give this one another `name`.",
          at: element.place)
      }
      sources.append(source)
    }
    let weighted = sources.count { if case .weight = $0.share { true } else { false } }
    if weighted > 0, weighted < elements.count {
      report(key, "either every source has a weight, or none.")
    }
    return sources
  }

  private func source(_ node: SourceNode, _ name: String) -> Recipe.Data.Source? {
    guard node.entries != nil else {
      return path(node, name, expected: "a file, or a section with `path`").map { .init(name: stem(of: $0), path: $0) }
    }
    let section = section(of: node, named: name)
    let path = section.path("path")
    var title: String?
    var weight = 1.0
    var epochs = 1.0
    section.text("name", &title)
    section.number("weight", &weight, .positive)
    section.number("epochs", &epochs, .positive)
    if !section.has("path") { section.reportMissing("path", "give the file with the records") }
    if section.has("weight"), section.has("epochs") {
      section.report("epochs", "give either `weight` or `epochs`, not both.")
    }
    return path.map { path in
      let share: Recipe.Data.Share =
        section.has("weight") ? .weight(weight) : section.has("epochs") && epochs != 1 ? .epochs(epochs) : .once
      return .init(name: title ?? stem(of: path), path: path, share: share)
    }
  }

  /// A file, or a section of files by their names; null for none.
  func namedSources(_ key: String) -> [Recipe.Data.Source] {
    guard let node = value(key), !node.isNull else { return [] }
    guard let entries = node.entries else {
      return path(node, key, expected: "a file, or names with files").map { [.init(name: stem(of: $0), path: $0)] }
        ?? []
    }
    let section = section(of: node, named: key)
    return entries.compactMap { entry in
      section.path(entry.key).map { .init(name: entry.key, path: $0) }
    }
  }

  /// A file's name without its folder and ending.
  private func stem(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let point = name.lastIndex(of: "."), point != name.startIndex else { return name }
    return String(name[..<point])
  }
}
