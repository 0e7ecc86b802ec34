// Attributes, items and slices.
extension Value {
  /// `value.name`: an attribute or method that the value has in Python, or else the item with this key.
  ///
  /// - Throws: `TemplateError` for attributes of undefined values.
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
    case .undefined(let what): throw TemplateError("cannot read '\(name.prefix(40))' of \(what)")
    case .namespace(let namespace): return namespace.attributes[name]
    case .loop(let loop):
      guard let found = loop.attribute(name) else { throw TemplateError("'loop.\(name.prefix(40))' is not supported") }
      return found
    default:
      if Method.changing(self).contains(name) {
        throw TemplateError("the method '\(name)' would change its object, which is not supported")
      }
      return Method.names(of: self).contains(name) ? .method(Method(object: self, name: name)) : nil
    }
  }

  /// `value[key]`: an item, or else the attribute with this name.
  ///
  /// - Throws: `TemplateError` for items of undefined values.
  func item(_ key: Value, _ budget: Budget) throws -> Value {
    switch self {
    case .undefined(let what): throw TemplateError("cannot read an item of \(what)")
    case .dictionary(let dictionary): if let found = try dictionary.value(of: key, budget) { return found }
    case .list(let elements), .tuple(let elements):
      if let index = key.integer {
        return Self.position(index, elements.count).map { elements[$0] } ?? missing("\(index)")
      }
    case .string(let text), .markup(let text):
      if let index = key.integer {
        try budget.spend(on: text)
        let scalars = Array(text.unicodeScalars)
        return Self.position(index, scalars.count).map { .string(String(scalars[$0])) } ?? missing("\(index)")
      }
    default: break
    }
    if let name = key.text { return try ownAttribute(name) ?? missing(name) }
    return missing(key.kindName)
  }

  private func missing(_ name: String) -> Value {
    .undefined("'\(name.prefix(40))' of \(kindName), which is undefined")
  }

  private static func position(_ index: Int, _ count: Int) -> Int? {
    let position = index < 0 ? index + count : index
    return 0..<count ~= position ? position : nil
  }

  /// `value[start:end:step]` of a list or a string.
  ///
  /// - Throws: `TemplateError` for a step of 0 and for other values.
  func slice(_ start: Int?, _ end: Int?, step: Int?, _ budget: Budget) throws -> Value {
    let step = step ?? 1
    if step == 0 { throw TemplateError("a slice expects a step other than 0") }
    func indices(_ count: Int) -> StrideTo<Int> {
      func clamped(_ bound: Int?, default fallback: Int) -> Int {
        guard let bound else { return fallback }
        let index = bound < 0 ? bound + count : bound
        return step > 0 ? min(max(index, 0), count) : min(max(index, -1), count - 1)
      }
      return stride(
        from: clamped(start, default: step > 0 ? 0 : count - 1), to: clamped(end, default: step > 0 ? count : -1),
        by: step)
    }
    switch self {
    case .list(let elements): return .list(indices(elements.count).map { elements[$0] })
    case .tuple(let elements): return .tuple(indices(elements.count).map { elements[$0] })
    case .string(let text), .markup(let text):
      try budget.spend(on: text)
      let scalars = Array(text.unicodeScalars)
      var result = String.UnicodeScalarView()
      result.append(contentsOf: indices(scalars.count).map { scalars[$0] })
      return .string(String(result))
    default: throw TemplateError("a slice expects a list or a string, found \(kindName)")
    }
  }
}
