import Autodiff
import Tensors
import Testing

/// A tensor of ones shows which elements remain; ``DropoutTests`` checks how they are chosen.
var dropoutRows: [InventoryRow] {
  elementShapes.flatMap { shape in
    let factors = dropout(Variable(Tensor(repeating: 1, shape)), rate: 0.25, seed: 5).value.doubles
    let row = InventoryRow("\(shape)", [normal(shape)]) {
      dropout($0[0], rate: 0.25, seed: 5)
    } reference: {
      zip($0[0], factors).map(*)
    }
    return [row, row.inBFloat16([0])]
  }
}

@Suite("Dropout")
struct DropoutTests {
  private func kept(rate: Float, seed: UInt32, count: Int = 100_000) -> [Bool] {
    dropout(Variable(Tensor(repeating: 1, [count])), rate: rate, seed: seed).value.array.map { $0 != 0 }
  }

  @Test(
    "The share that is dropped is the rate, five standard deviations at most away",
    arguments: [0.1, 0.5, 0.9] as [Float])
  func share(rate: Float) {
    let count = 100_000
    let dropped = Double(kept(rate: rate, seed: 1).filter { !$0 }.count)
    let deviation = (Double(count) * Double(rate) * Double(1 - rate)).squareRoot()
    #expect(abs(dropped - Double(rate) * Double(count)) < 5 * deviation)
  }

  @Test("Other seeds and neighbouring elements agree only by chance")
  func independence() {
    let (first, second) = (kept(rate: 0.5, seed: 1), kept(rate: 0.5, seed: 2))
    let seeds = zip(first, second).filter { $0 == $1 }.count
    let neighbours = zip(first, first.dropFirst()).filter { $0 == $1 }.count
    // Half of 100,000, five standard deviations of 158 at most away.
    #expect(abs(seeds - 50_000) < 800)
    #expect(abs(neighbours - 50_000) < 800)
  }

  @Test("Rate 0 is the variable itself; one seed drops the same elements whatever the element type")
  func sameElements() {
    let x = Variable(Tensor(repeating: 1, [1000]))
    #expect(dropout(x, rate: 0, seed: 1) === x)
    let half = dropout(x.cast(to: .bfloat16), rate: 0.5, seed: 7).value.array
    #expect(half == dropout(x, rate: 0.5, seed: 7).value.array)
  }
}
