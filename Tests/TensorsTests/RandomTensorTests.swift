import Tensors
import Testing

@Suite("Random tensors")
struct RandomTensorTests {
  @Test("Tensors of random numbers have the shape and the range asked for")
  func tensors() {
    var stream = RandomStream(seed: 1)
    let uniform = stream.uniformTensor([30, 40], from: -2, to: 3)
    #expect(uniform.shape == [30, 40])
    #expect(uniform.array.allSatisfy { -2...3 ~= $0 })
    #expect((uniform.array.min() ?? 0) < -1.9 && (uniform.array.max() ?? 0) > 2.9)
    let normal = stream.normalTensor([3000], deviation: 0.02).array
    let deviation = (normal.reduce(0) { $0 + $1 * $1 } / 3000).squareRoot()
    #expect(abs(deviation - 0.02) < 0.002)
  }
}
