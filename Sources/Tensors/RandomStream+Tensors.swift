import Randomness

/// The stream that fills tensors, so that `import Tensors` is enough to make them.
public typealias RandomStream = Randomness.RandomStream

extension RandomStream {
  /// A float32 tensor from the normal distribution around 0.
  public mutating func normalTensor(_ shape: Shape, deviation: Double) -> Tensor {
    let tensor = Tensor(uninitialized: shape)
    guard Rehearsal.works(on: tensor.count) else { return tensor }
    for index in 0..<tensor.count { tensor.pointer[index] = Float(normal() * deviation) }
    return tensor
  }

  /// A float32 tensor, each element uniform between two bounds.
  public mutating func uniformTensor(_ shape: Shape, from low: Double, to high: Double) -> Tensor {
    let tensor = Tensor(uninitialized: shape)
    guard Rehearsal.works(on: tensor.count) else { return tensor }
    for index in 0..<tensor.count { tensor.pointer[index] = Float(low + (high - low) * uniform()) }
    return tensor
  }
}
