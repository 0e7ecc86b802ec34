import Autodiff
import Tensors

/// One way to call an operation, and a plain Float64 reference of its result.
struct InventoryRow {
  /// Which shapes or settings.
  let label: String
  /// The float32 values of its differentiable inputs.
  private(set) var inputs: [Tensor]
  /// The inputs that are passed in bfloat16.
  private(set) var bfloat16Inputs: Set<Int> = []
  /// The largest error of a value, relative to its size plus the typical size of all values.
  private(set) var valueTolerance: Double
  /// The same of gradients, against finite differences of the reference.
  private(set) var gradientTolerance: Double
  /// How many single elements of each input are moved for finite differences, besides moving all at once.
  private(set) var samples = 12
  let forward: ([Variable]) -> Variable
  let reference: ([[Double]]) -> [Double]

  /// A row in float32. Values are accurate to a few of its roundings, gradients to twice as many: 1e-6 and 2e-6 by
  /// default; sums of many products state what they need.
  init(
    _ label: String, _ inputs: [Tensor], value: Double = 1e-6, gradient: Double = 2e-6, samples: Int = 12,
    forward: @escaping ([Variable]) -> Variable, reference: @escaping ([[Double]]) -> [Double]
  ) {
    self.label = label
    self.inputs = inputs
    valueTolerance = value
    gradientTolerance = gradient
    self.samples = samples
    self.forward = forward
    self.reference = reference
  }

  /// The same row with some inputs in bfloat16, and their values such that passing them loses nothing.
  ///
  /// A result rounded to bfloat16 is off by up to 2⁻⁸ = 0.004 of itself; gradients go through two roundings.
  func inBFloat16(_ indices: Set<Int>, value: Double = 4e-3, gradient: Double = 8e-3) -> InventoryRow {
    var row = self
    row.bfloat16Inputs = indices
    for index in indices { row.inputs[index] = inputs[index].cast(to: .bfloat16).cast(to: .float32) }
    row.valueTolerance = value
    row.gradientTolerance = gradient
    return row
  }

  /// `33×48 bfloat16`.
  var name: String { bfloat16Inputs.isEmpty ? label : "\(label) bfloat16" }

  /// Leaves with the inputs' values; those in `trained` require a gradient.
  func leaves(trained: Set<Int>? = nil) -> [Variable] {
    inputs.indices.map { Variable(inputs[$0], requiresGradient: trained?.contains($0) ?? true) }
  }

  /// The leaves as the operation reads them: results of other operations, in their element types.
  func prepared(_ leaves: [Variable]) -> [Variable] {
    leaves.enumerated().map { bfloat16Inputs.contains($0) ? $1.cast(to: .bfloat16) : 1 * $1 }
  }
}
