import Adapters

/// An adapter's method that recipes can ask for.
protocol AdapterRecipe: AdapterMethod {
  /// Decodes the keys of the section `adapter`; mistakes are reported there.
  init(_ section: Section)

  /// All keys with their values, in the order of the documentation.
  var resolved: [ResolvedValue.Field] { get }
}

extension AdapterConfiguration {
  /// The methods that recipes can ask for.
  static let recipeMethods = methods.compactMap { $0 as? any AdapterRecipe.Type }
}
