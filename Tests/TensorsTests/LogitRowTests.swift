import Foundation
import Tensors
import Testing

@Suite("A row of logits")
struct LogitRowTests {
  private func logits(_ count: Int) -> [Float] {
    var stream = RandomStream(seed: 3, purpose: "logits")
    return stream.normalTensor([count], deviation: 3).array
  }

  @Test("is looked at in lanes that hold every token once", arguments: [1, 5, 16, 100, 1024, 3000])
  func lanes(count: Int) {
    let values = logits(count)
    let row = LogitRow(Tensor(values, [1, count]))
    #expect(row.isFinite && row.count == count && row.largest == values.max())
    #expect(values.firstIndex(of: row.largest) == Int(row.mostLikely))
    let lanes = row.maxima.indices.map(row.tokens(ofLane:))
    #expect(lanes.joined().sorted() == (0..<Int32(count)).map { $0 })
    let sums = row.weightSums(shift: row.largest, scale: 0.5)
    for (lane, tokens) in lanes.enumerated() {
      #expect(row.maxima[lane] == tokens.map { values[Int($0)] }.max() ?? -.infinity)
      let weights = tokens.map { exp(0.5 * Double(values[Int($0)] - row.largest)) }
      #expect(abs(Double(sums[lane]) - weights.reduce(0, +)) <= 1e-5 * max(1e-30, weights.reduce(0, +)))
      let found = row.weights(of: tokens, shift: row.largest, scale: 0.5)
      #expect(zip(found, weights).allSatisfy { abs(Double($0) - $1) <= 1e-6 * $1 })
    }
    for threshold in [-.infinity, -2, 0, row.largest, .infinity] as [Float] {
      #expect(row.indices(from: threshold) == values.indices.filter { values[$0] >= threshold }.map(Int32.init))
    }
  }

  @Test("that holds a number that is not finite is found", arguments: [0, 17, 1023, 1024, 2047, 2999])
  func notFinite(index: Int) {
    for value in [Float.nan, .infinity, -.infinity] {
      var values = logits(3000)
      values[index] = value
      #expect(!LogitRow(Tensor(values, [1, 3000])).isFinite)
    }
  }
}
