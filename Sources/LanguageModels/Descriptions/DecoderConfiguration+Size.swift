extension DecoderConfiguration {
  /// The number of weights of a model of this configuration, or nil where it is beyond counting.
  public var parameterCount: Int? {
    var total = 0
    for weight in weights {
      var count = 1
      for extent in weight.extents {
        let (product, overflows) = count.multipliedReportingOverflow(by: extent)
        if overflows { return nil }
        count = product
      }
      let (sum, overflows) = total.addingReportingOverflow(count)
      if overflows { return nil }
      total = sum
    }
    return total
  }

  /// The matrix products of the layers in one forward pass, equal ones counted together. The head's is not among them.
  public var products: [ProductShape] {
    var products: [ProductShape] = []
    for product in layers.flatMap(\.products) {
      let index = products.firstIndex {
        ($0.name, $0.outputs, $0.inputs) == (product.name, product.outputs, product.inputs)
      }
      if let index { products[index].count += product.count } else { products.append(product) }
    }
    return products
  }

  /// The products of the vocabulary's head.
  public func headProduct(count: Int) -> ProductShape {
    ProductShape(name: "head", outputs: vocabularySize, inputs: hiddenSize, count: count)
  }
}

/// A kind of product that a model makes: rows `[T, in]` by a weight `[out, in]`.
public struct ProductShape: Sendable, Equatable {
  /// The linear layers that make it: `key, value`.
  public let name: String
  /// Rows of the weight.
  public let outputs: Int
  /// Columns of the weight.
  public let inputs: Int
  /// How many of them there are.
  public internal(set) var count: Int
}

extension LayerDescription {
  fileprivate var products: [ProductShape] {
    func product(_ name: String, _ linear: LinearDescription, count: Int = 1) -> ProductShape {
      ProductShape(name: name, outputs: linear.outputs, inputs: linear.inputs, count: count)
    }
    return [
      product("query", attention.query), product("key, value", attention.key, count: 2),
      product("attention output", attention.output), product("gate, up", feedForward.gate, count: 2),
      product("down", feedForward.down),
    ]
  }
}
