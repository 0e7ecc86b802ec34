// Attributes, items and slices.
extension Value {
  /// `value.name`: an attribute or method of Python's, else an item of this key.
  ///
  /// - Throws: `TemplateError` for attributes of what is undefined.
  func attribute(_ name: String) throws -> Value {
    if let found = try ownAttribute(name) { return found }
    switch self {
    case .dictionary(let dictionary): return dictionary[name] ?? missing(name)
    default: return missing(name)
    }
  }

  /// An attribute or method of the value itself, or nil.
  func ownAttribute(_ name: String) throws -> Value? {
    if name.hasPrefix("_") { throw TemplateError("the attribute '\(name.prefix(40))' is not supported") }
    switch self {
    case .undefined(let what): throw TemplateError("'\(name.prefix(40))' is asked of \(what)")
    case .namespace(let namespace): return namespace.attributes[name]
    case .loop(let loop):
      guard let found = loop.attribute(name) else { throw TemplateError("'loop.\(name.prefix(40))' is not supported") }
      return found
    default:
      if Method.changing(self).contains(name) {
        throw TemplateError("the method '\(name)' changes its object, which templates may not")
      }
      return Method.names(of: self).contains(name) ? .method(Method(object: self, name: name)) : nil
    }
  }

  /// `value[key]`: an item, else an attribute of this name.
  ///
  /// - Throws: `TemplateError` for items of what is undefined.
  func item(_ key: Value, _ budget: Budget) throws -> Value {
    switch self {
    case .undefined(let what): throw TemplateError("an item is asked of \(what)")
    case .dictionary(let dictionary): if let found = try dictionary.value(of: key, budget) { return found }
    case .list(let elements), .tuple(let elements):
      if let index = key.integer {
        return Self.place(index, elements.count).map { elements[$0] } ?? missing("\(index)")
      }
    case .string(let text), .markup(let text):
      if let index = key.integer {
        try budget.spend(bytes: text.utf8.count)
        let scalars = Array(text.unicodeScalars)
        return Self.place(index, scalars.count).map { .string(String(scalars[$0])) } ?? missing("\(index)")
      }
    default: break
    }
    if let name = key.text { return try ownAttribute(name) ?? missing(name) }
    return missing(key.kindName)
  }

  private func missing(_ name: String) -> Value {
    .undefined("'\(name.prefix(40))' of \(kindName), which is undefined")
  }

  private static func place(_ index: Int, _ count: Int) -> Int? {
    let place = index < 0 ? index + count : index
    return 0..<count ~= place ? place : nil
  }

  /// `value[start:end:step]` of a list or a text.
  func slice(_ start: Int?, _ end: Int?, step: Int?, _ budget: Budget) throws -> Value {
    let step = step ?? 1
    if step == 0 { throw TemplateError("a slice expects a step other than 0") }
    func places(_ count: Int) -> StrideTo<Int> {
      func clamped(_ bound: Int?, _ standard: Int) -> Int {
        guard let bound else { return standard }
        let place = bound < 0 ? bound + count : bound
        return step > 0 ? min(max(place, 0), count) : min(max(place, -1), count - 1)
      }
      return stride(from: clamped(start, step > 0 ? 0 : count - 1), to: clamped(end, step > 0 ? count : -1), by: step)
    }
    switch self {
    case .list(let elements): return .list(places(elements.count).map { elements[$0] })
    case .tuple(let elements): return .tuple(places(elements.count).map { elements[$0] })
    case .string(let text), .markup(let text):
      try budget.spend(bytes: text.utf8.count)
      let scalars = Array(text.unicodeScalars)
      var result = String.UnicodeScalarView()
      result.append(contentsOf: places(scalars.count).map { scalars[$0] })
      return .string(String(result))
    default: throw TemplateError("a slice of \(kindName)")
    }
  }
}
