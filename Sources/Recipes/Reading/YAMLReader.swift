import Yams

/// Reads one YAML document into a tree that knows its lines, with the plain subset of YAML that recipes are written in:
/// no anchors, aliases, tags or keys that are not words.
struct YAMLReader {
  /// How deep sections and lists may be nested; a recipe needs five.
  static let maximumDepth = 32
  /// Put before a key that occurs a second time, so that the library reads on; from Unicode's private range.
  private static let duplicateMark: Character = "\u{10FFFD}"
  /// How many repeated keys are reported before reading stops.
  private static let maximumDuplicates = 10

  /// Where a line of the text is, in the terms of the report.
  let place: (_ line: Int) -> Place
  /// Mistakes that don't stop reading: keys that occur twice.
  private(set) var duplicates: [(place: Place, message: String)] = []

  init(place: @escaping (Int) -> Place) {
    self.place = place
  }

  /// The document, or nil if the text holds none.
  mutating func read(_ bytes: [UInt8]) throws(YAMLProblem) -> SourceNode? {
    var text = try YAMLGuard.checked(bytes)
    for _ in 0...Self.maximumDuplicates {
      do {
        // `Resolver.basic` resolves no types: they are ours to judge. The parser keeps anchors alive while it lives.
        let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
        guard let root = try parser.singleRoot() else { return nil }
        return try withExtendedLifetime(parser) { try node(root, path: "", depth: 0) }
      } catch let problem as YAMLProblem {
        throw problem
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        guard let marked = Self.marking(keys.first ?? "", at: context.mark, in: text) else {
          throw YAMLProblem(line: context.mark.line, message: "the key '\(shortened(keys.first ?? ""))' is given twice")
        }
        text = marked
      } catch let error as YamlError {
        throw Self.problem(error, in: text)
      } catch {
        throw YAMLProblem(line: nil, message: "is not valid YAML")
      }
    }
    throw YAMLProblem(line: nil, message: "holds more than \(Self.maximumDuplicates) keys that are given twice")
  }

  private mutating func node(_ node: Node, path: String, depth: Int) throws(YAMLProblem) -> SourceNode {
    let line = node.mark?.line ?? 1
    if depth > Self.maximumDepth {
      throw YAMLProblem(line: line, message: "is nested deeper than \(Self.maximumDepth) levels")
    }
    if node.anchor != nil {
      throw YAMLProblem(line: line, message: "has an anchor (&name), which a recipe may not use")
    }
    switch node {
    case .scalar(let scalar):
      let isQuoted = scalar.style != .plain
      try refuse(tag: isQuoted && scalar.tag.description == Tag.Name.str.rawValue ? "" : scalar.tag.description, line)
      return SourceNode(content: .scalar(scalar.string, isQuoted: isQuoted), place: place(line))
    case .sequence(let sequence):
      try refuse(tag: sequence.tag.description, line)
      var elements: [SourceNode] = []
      for (position, element) in sequence.enumerated() {
        elements.append(try self.node(element, path: "\(path)[\(position)]", depth: depth + 1))
      }
      return SourceNode(content: .list(elements), place: place(line))
    case .mapping(let mapping):
      try refuse(tag: mapping.tag.description, line)
      return SourceNode(content: .section(try entries(mapping, path: path, depth: depth)), place: place(line))
    case .alias:
      throw YAMLProblem(line: line, message: "is an alias (*name), which a recipe may not use")
    }
  }

  private mutating func entries(
    _ mapping: Node.Mapping, path: String, depth: Int
  ) throws(YAMLProblem) -> [SourceNode.Entry] {
    var entries: [SourceNode.Entry] = []
    for (key, value) in mapping {
      let line = key.mark?.line ?? 1
      guard case .scalar(let scalar) = key, key.anchor == nil else {
        throw YAMLProblem(line: line, message: "has a key that is not a plain word")
      }
      let name = scalar.string.drop { $0 == Self.duplicateMark }
      let fullName = path.isEmpty ? shortened(String(name)) : "\(path).\(shortened(String(name)))"
      if name.startIndex != scalar.string.startIndex {
        duplicates.append((place(line), "\(fullName) is given twice: give it once."))
        continue
      }
      let node = try self.node(value, path: fullName, depth: depth + 1)
      entries.append(SourceNode.Entry(key: scalar.string, place: place(line), value: node))
    }
    return entries
  }

  private func refuse(tag: String, _ line: Int) throws(YAMLProblem) {
    if !tag.isEmpty {
      throw YAMLProblem(line: line, message: "has the tag '\(shortened(tag))'; a recipe may not use tags")
    }
  }

  /// The text with the duplicate mark before the key at a place, or nil where the key isn't found there.
  private static func marking(_ key: String, at mark: Mark, in text: String) -> String? {
    var scalars = Array(text.unicodeScalars)
    var position = 0
    for _ in 1..<max(mark.line, 1) {
      guard let lineBreak = scalars[position...].firstIndex(where: { $0 == "\n" }) else { return nil }
      position = lineBreak + 1
    }
    position += mark.column - 1
    guard position < scalars.count else { return nil }
    if scalars[position] == "\"" || scalars[position] == "'" { position += 1 }
    guard !key.isEmpty, scalars[position...].starts(with: key.unicodeScalars) else { return nil }
    scalars.insert(contentsOf: duplicateMark.unicodeScalars, at: position)
    return String(String.UnicodeScalarView(scalars))
  }

  /// The library's error in a sentence.
  private static func problem(_ error: YamlError, in text: String) -> YAMLProblem {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
      let lines = text.split(separator: "\n", maxSplits: mark.line, omittingEmptySubsequences: false)
      if mark.line <= lines.count, lines[mark.line - 1].prefix(mark.column).contains("\t") {
        return YAMLProblem(line: mark.line, message: "holds a tab; YAML is indented with spaces")
      }
      let position = context.map { $0.text.isEmpty ? "" : " \($0.text) that begins on line \($0.mark.line)" } ?? ""
      return YAMLProblem(line: mark.line, message: "is not valid YAML: \(problem)\(position)")
    case .composer(_, let problem, let mark, _) where problem.contains("another document"):
      return YAMLProblem(line: mark.line, message: "begins a second YAML document; a recipe is one")
    case .composer(_, let problem, let mark, _):
      return YAMLProblem(line: mark.line, message: "is not valid YAML: \(problem)")
    case .reader(let problem, _, _, _):
      return YAMLProblem(line: nil, message: "is not valid YAML: \(problem)")
    default:
      return YAMLProblem(line: nil, message: "is not valid YAML")
    }
  }
}
