import Foundation

/// A function that every template can call.
struct GlobalFunction: Sendable {
  let name: String
  let call: @Sendable (Arguments, Renderer) throws -> Value

  /// The limit for ranges in Jinja's sandbox.
  private static let longestRange = 100_000

  static let all: [GlobalFunction] = [
    GlobalFunction(name: "raise_exception") { arguments, renderer in
      let message = try arguments.bound("raise_exception", "message")[0]
      throw TemplateError.raised(String(try message?.written(renderer.budget).prefix(1_000) ?? ""))
    },
    GlobalFunction(name: "strftime_now") { arguments, renderer in
      guard let format = try arguments.bound("strftime_now", "format")[0].text("strftime_now") else {
        throw TemplateError("'strftime_now' expects a format")
      }
      return .string(try localTime(renderer.time, format))
    },
    GlobalFunction(name: "namespace") { arguments, renderer in
      .namespace(try renderer.namespace(try dictionary(of: arguments, "namespace", renderer)))
    },
    GlobalFunction(name: "dict") { arguments, renderer in
      .dictionary(try dictionary(of: arguments, "dict", renderer))
    },
    GlobalFunction(name: "range") { arguments, _ in .list(try range(arguments)) },
  ]

  private static func dictionary(of arguments: Arguments, _ name: String, _ renderer: Renderer) throws
    -> ValueDictionary
  {
    var dictionary = ValueDictionary()
    if let first = arguments.positional.first {
      guard arguments.positional.count == 1, case .dictionary(let members) = first else {
        throw TemplateError("'\(name)' expects names with values, or one mapping")
      }
      dictionary = members
    }
    for (name, value) in arguments.named { dictionary.set(.string(name), value) }
    try renderer.checkNesting(of: .dictionary(dictionary), 0)
    return dictionary
  }

  private static func range(_ arguments: Arguments) throws -> [Value] {
    let bounds = try arguments.bound("range", "start", "stop", "step")
    guard var start = try bounds[0].integer("range") else { throw TemplateError("'range' expects whole numbers") }
    var stop = start
    if let given = try bounds[1].integer("range") { stop = given } else { start = 0 }
    let step = try bounds[2].integer("range") ?? 1
    if step == 0 { throw TemplateError("'range' expects a step other than 0") }
    let count = (Double(stop) - Double(start)) / Double(step)
    if count > Double(longestRange) { throw TemplateError.limit("'range' has more than \(longestRange) elements") }
    return stride(from: start, to: stop, by: step).map { .integer($0) }
  }

  /// The local time in the format of C's `strftime`.
  private static func localTime(_ time: Date, _ format: String) throws -> String {
    guard format.utf8.count <= 1_000, !format.utf8.contains(0) else {
      throw TemplateError("'strftime_now' expects a format of at most 1000 bytes")
    }
    var now = time_t(time.timeIntervalSince1970)
    var parts = tm()
    localtime_r(&now, &parts)
    // The result for a mere time zone can be empty, and then strftime returns the same as for too small a buffer. A mark
    // at the end makes the difference.
    var buffer = [CChar](repeating: 0, count: 1 << 16)
    let count = strftime(&buffer, buffer.count, format + "|", &parts)
    if count == 0 { throw TemplateError("'strftime_now' produces too long a string") }
    return String(decoding: buffer[..<(count - 1)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
