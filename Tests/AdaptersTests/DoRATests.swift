import Adapters
import Autodiff
import LanguageModels
import Tensors
import Testing

/// DoRA at one layer against its definition (2402.09353, eq. 5): `m ⊙ (W₀ + s B A) x / ‖W₀ + s B A‖`, with the norm as a
/// constant in the backward pass (§4.3).
@Suite("DoRA")
struct DoRATests {
  private let name = "model.layers.1.mlp.up_proj"
  private let linear: Linear
  private let adapter: Adapter
  private let scale: Double = 2

  init() throws {
    let model = try smallModel()
    let settings = lowRank { ($0.targets, $0.layers) = (.names(["up_proj"]), [1]) }
    adapter = try Adapter(.dora(settings), on: model, seed: 1)
    adapter.stir()
    let found = model.linears.first { [name] in $0.linear.name == name }
    linear = try #require(found?.linear)
  }

  private func values(_ part: String) -> [Double] {
    adapter.tensors.first { $0.name.contains(part) }?.variable.value.array.map(Double.init) ?? []
  }

  /// `W₀ + s B A`, `[out, in]`.
  private func direction(_ a: [Double], _ b: [Double]) -> [[Double]] {
    let weight = linear.weight.variable.value.array
    return (0..<linear.outputs).map { row in
      (0..<linear.inputs).map { column in
        Double(weight[row * linear.inputs + column])
          + scale * (0..<4).reduce(0) { $0 + b[row * 4 + $1] * a[$1 * linear.inputs + column] }
      }
    }
  }

  private func norms(_ matrix: [[Double]]) -> [Double] {
    matrix.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
  }

  @Test("value and gradients are those of the definition with the norm held constant")
  func gradients() throws {
    var stream = RandomStream(seed: 9, purpose: "input and upstream gradient")
    let (rows, inputs, outputs) = (3, linear.inputs, linear.outputs)
    let x = Variable(stream.normalTensor([rows, inputs], deviation: 1), requiresGradient: true)
    let upstream = stream.normalTensor([rows, outputs], deviation: 1)
    let attached = try #require(adapter.attachments.linears[name])
    let y = attached.apply(linear, to: x, Pass(dropoutSeed: nil))
    y.backward(upstream)

    let constant = norms(direction(values("lora_A"), values("lora_B")))
    func output(_ x: [Double], _ a: [Double], _ b: [Double], _ m: [Double]) -> [Double] {
      let matrix = direction(a, b)
      return (0..<rows * outputs).map { index in
        let (row, out) = (index / outputs, index % outputs)
        return m[out] / constant[out] * (0..<inputs).reduce(0) { $0 + matrix[out][$1] * x[row * inputs + $1] }
      }
    }
    func weighted(_ parts: [[Double]]) -> Double {
      zip(output(parts[0], parts[1], parts[2], parts[3]), upstream.array).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    let parts = [x.value.array.map(Double.init), values("lora_A"), values("lora_B"), values("lora_magnitude_vector")]
    let expected = output(parts[0], parts[1], parts[2], parts[3]).map(Float.init)
    #expect(difference(y.value.array, expected) < 1e-4)

    let variables =
      [x]
      + ["lora_A", "lora_B", "lora_magnitude_vector"].compactMap { part in
        adapter.tensors.first { $0.name.contains(part) }?.variable
      }
    for (place, variable) in variables.enumerated() {
      let gradient = try #require(variable.gradient).array
      for index in stride(from: 0, to: gradient.count, by: 3) {
        var (up, down) = (parts, parts)
        up[place][index] += 1e-5
        down[place][index] -= 1e-5
        let slope = (weighted(up) - weighted(down)) / 2e-5
        #expect(abs(Double(gradient[index]) - slope) < 1e-3 * max(1, abs(slope)), "part \(place), element \(index)")
      }
    }
  }

  @Test("the rows of the weight that it comes to are as long as the magnitudes say")
  func rowNorms() throws {
    let attached = try #require(adapter.attachments.linears[name])
    let merged = withoutGradients {
      attached.apply(linear, to: identity(linear.inputs), Pass(dropoutSeed: nil)).transposed().value.array
    }
    let found = (0..<linear.outputs).map { row in
      (0..<linear.inputs).reduce(Float(0)) {
        $0 + merged[row * linear.inputs + $1] * merged[row * linear.inputs + $1]
      }.squareRoot()
    }
    #expect(difference(found, values("lora_magnitude_vector").map { Float(abs($0)) }) < 1e-5)
  }

  @Test("the norms follow A and B as they are trained")
  func normsFollow() throws {
    let attached = try #require(adapter.attachments.linears[name])
    func merged() -> [Float] {
      withoutGradients { attached.apply(linear, to: identity(linear.inputs), Pass(dropoutSeed: nil)).value.array }
    }
    let before = merged()
    adapter.stir()
    #expect(difference(merged(), before) > 1e-2)
    try rowNorms()
  }
}
