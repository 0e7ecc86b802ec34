import Tensors
import Testing

@Suite("Rehearsals")
struct RehearsalTests {
  @Test("know what was held at most, whatever was let go since")
  func peak() {
    let pool = MemoryPool(forRehearsal: ())
    Rehearsal.run(in: pool) {
      let kept = Tensor.zeros([1 << 20])
      for _ in 0..<3 { _ = kept.copy() }
      #expect(pool.usedBytes == 4 << 20)
    }
    #expect(pool.usedBytes == 0)
    #expect(pool.peakBytes == 8 << 20)
    #expect(pool.residentBytes == 8 << 20)
  }

  @Test("take no memory and no time: a product of matrices that no machine holds")
  func large() {
    let pool = MemoryPool(forRehearsal: ())
    let before = SystemMemory.resident
    Rehearsal.run(in: pool) {
      let side = 1 << 20
      let (a, b) = (Tensor.zeros([side, side]), Tensor.zeros([side, side], .bfloat16))
      let c = Tensor(uninitialized: [side, side])
      multiply(MatrixOperand(a), MatrixOperand(b), into: MatrixOperand(c))
    }
    // The product packs its factors a few MiB at a time; it copies neither.
    #expect((10 << 40)..<(10 << 40 + 16 << 20) ~= pool.peakBytes)
    #expect(SystemMemory.resident - before < 1 << 30)
  }

  @Test("take no memory for a few rows that are wider than any memory")
  func wideRows() {
    let pool = MemoryPool(forRehearsal: ())
    let before = SystemMemory.resident
    Rehearsal.run(in: pool) {
      let width = 1 << 28
      let (x, weight) = (Tensor.zeros([3, width]), Tensor(repeating: 1, [width]))
      let inverse = Tensor.zeros([3])
      let y = rmsNorm(x, weight, epsilon: 1e-5, as: .float32, inverse: inverse)
      #expect(RMSNormSource.isResult(for: weight))
      RMSNormBackward(.result(y), weight, inverse: inverse, x, differentiatesWeight: true).run(into: y, adding: false)
      _ = (gatherRows(of: x, [2, 0]), embedding(x, [1, 2]), rowDots(x, y), x.copy(), sumOfSquares(of: [x, y]))
      copyElements(of: x, to: y)
    }
    #expect(pool.peakBytes > 9 << 30)
    #expect(SystemMemory.resident - before < 1 << 30)
  }

  @Test("do the work of one part: it may decide the way")
  func small() {
    Rehearsal.run(in: MemoryPool(forRehearsal: ())) {
      var (few, many) = (0, 0)
      Threads.forRange(10, grain: 16) { few += $0.count }
      Threads.forRange(100, grain: 16) { many += $0.count }
      #expect(few == 10 && many == 0)
    }
  }

  @Test("are over when they are over, and none of another task")
  func scope() async {
    let pool = MemoryPool(forRehearsal: ())
    Rehearsal.run(in: pool) { #expect(Rehearsal.isOn) }
    #expect(!Rehearsal.isOn)
    #expect(Tensor([1, 2, 3]).array == [1, 2, 3])
    #expect(pool.peakBytes == 0)
  }
}
