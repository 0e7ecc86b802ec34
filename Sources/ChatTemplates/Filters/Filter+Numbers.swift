import Foundation

extension Filter {
  /// Filters that return numbers.
  static let numbers: [Filter] = [
    Filter(name: "int") { value, arguments, _ in
      let given = try arguments.bound("int", "default", "base")
      if try given[1].integer("int") ?? 10 != 10 { throw TemplateError("the filter 'int' supports only base 10") }
      if case .undefined(let what) = value { throw TemplateError("the filter 'int' expects a number, found \(what)") }
      let number = value.number?.double ?? value.text.flatMap { Double($0.stripped()) }
      return
        (value.integer ?? value.text.flatMap { Int($0.stripped()) }
        ?? number.flatMap { Int(exactly: $0.rounded(.towardZero)) })
        .map { .integer($0) } ?? given[0] ?? .integer(0)
    },
    Filter(name: "float") { value, arguments, _ in
      let fallback = try arguments.bound("float", "default")[0]
      if case .undefined(let what) = value { throw TemplateError("the filter 'float' expects a number, found \(what)") }
      return (value.number?.double ?? value.text.flatMap { Double($0.stripped()) }).map { .float($0) } ?? fallback
        ?? .float(0)
    },
    Filter(name: "abs") { value, _, _ in
      guard let number = value.number else {
        throw TemplateError("the filter 'abs' expects a number, found \(value.kindName)")
      }
      return number.double < 0 ? try value.negated() : number.value
    },
    Filter(name: "round") { value, arguments, _ in
      let given = try arguments.bound("round", "precision", "method")
      guard let number = value.number?.double else {
        throw TemplateError("the filter 'round' expects a number, found \(value.kindName)")
      }
      let places = try given[0].integer("round") ?? 0
      guard 0...15 ~= places else { throw TemplateError("the filter 'round' supports 0 to 15 decimal places") }
      return .float(try rounded(number, places, method: try given[1].text("round") ?? "common"))
    },
    Filter(name: "sum") { value, arguments, renderer in
      let given = try arguments.bound("sum", "attribute", "start")
      return try value.elements(for: "sum").reduce(given[1] ?? .integer(0)) { sum, element in
        guard sum.number != nil else { throw TemplateError("the filter 'sum' expects numbers") }
        let number = try given[0].flatMap { $0.isNone ? nil : try element.value(at: $0, renderer.budget) } ?? element
        return try sum.computed(.add, number, renderer.budget)
      }
    },
  ]

  private static func rounded(_ number: Double, _ places: Int, method: String) throws -> Double {
    let scale = pow(10, Double(places))
    switch method {
    // Python's `round` rounds the decimal digits, half to even.
    case "common": return Double(String(format: "%.\(places)f", number)) ?? number
    case "ceil": return (number * scale).rounded(.up) / scale
    case "floor": return (number * scale).rounded(.down) / scale
    default: throw TemplateError("the filter 'round' supports the methods common, ceil and floor")
    }
  }
}
