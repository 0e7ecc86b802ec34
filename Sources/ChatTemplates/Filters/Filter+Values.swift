extension Filter {
  /// Filters for values of any kind.
  static let values: [Filter] = [
    Filter(name: "default") { value, arguments, _ in
      let given = try arguments.bound("default", "default_value", "boolean")
      let isMissing = given[1]?.isTrue ?? false ? !value.isTrue : value.isUndefined
      return isMissing ? given[0] ?? .string("") : value
    },
    Filter(name: "attr") { value, arguments, _ in
      guard let name = try arguments.bound("attr", "name")[0].text("attr") else {
        throw TemplateError("the filter 'attr' expects a name")
      }
      return try value.ownAttribute(name) ?? .undefined("the attribute '\(name.prefix(40))' of \(value.kindName)")
    },
  ]
}
