import Tensors

extension Variable {
  /// The elements in another type. `∂x` is `∂y` in x's type.
  public func cast(to type: ElementType) -> Variable {
    guard type != elementType else { return self }
    return .result(.cast, value(as: type), of: [self]) { [node] dy in node?.accumulate(dy) }
  }
}
