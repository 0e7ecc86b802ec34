import Tensors
import Testing

@Suite("Memory pool")
struct MemoryPoolTests {
  @Test("Blocks are aligned, apart from one another, and counted in whole pieces of 256 bytes")
  func blocks() {
    let pool = MemoryPool()
    let sizes = [0, 1, 256, 257, 5000]
    let starts = sizes.map { UInt(bitPattern: pool.allocate($0)) }
    #expect(starts.allSatisfy { $0 % 256 == 0 })
    for (index, start) in starts.enumerated() {
      for (other, next) in starts.enumerated() where next > start {
        #expect(next - start >= UInt(sizes[index]), "blocks \(index) and \(other)")
      }
    }
    #expect(pool.usedBytes == 256 + 256 + 256 + 512 + 5120)
  }

  @Test("Freed memory is used again, the smallest block that fits first")
  func bestFit() {
    let pool = MemoryPool()
    let large = pool.allocate(4096)
    _ = pool.allocate(256)
    let small = pool.allocate(1024)
    _ = pool.allocate(256)
    pool.free(large, 4096)
    pool.free(small, 1024)
    #expect(pool.allocate(1000) == small)
    #expect(pool.allocate(1000) == large)
  }

  @Test(
    "Neighbours grow together, in whatever order they are freed",
    arguments: [[0, 1, 2], [2, 1, 0], [0, 2, 1], [1, 0, 2]])
  func coalescing(order: [Int]) {
    let pool = MemoryPool()
    let blocks = (0..<3).map { _ in pool.allocate(1 << 20) }
    _ = pool.allocate(256)
    // So that the rest of the chunk is no smaller than the three together.
    #expect(pool.reservedBytes > 6 << 20)
    for index in order { pool.free(blocks[index], 1 << 20) }
    #expect(pool.allocate(3 << 20) == blocks[0])
  }

  @Test("Steps of the same sizes take nothing more from the system after the first")
  func steadySteps() {
    let pool = MemoryPool()
    var random = RandomStream(seed: 1)
    let sizes = (0..<200).map { _ in Int.random(in: 1...400_000, using: &random) }
    func step() {
      // What a step does: some is freed at once, the rest in reverse order.
      var kept: [(UnsafeMutableRawPointer, Int)] = []
      for (index, size) in sizes.enumerated() {
        let block = pool.allocate(size)
        if index % 3 == 0 { pool.free(block, size) } else { kept.append((block, size)) }
      }
      for (block, size) in kept.reversed() { pool.free(block, size) }
    }
    step()
    let reserved = pool.reservedBytes
    for _ in 0..<20 { step() }
    #expect(pool.reservedBytes == reserved)
    #expect(pool.usedBytes == 0)
  }

  @Test("Steps of varying sizes do not fragment it: a chunk and a quarter above the largest step at most")
  func varyingSteps() {
    let pool = MemoryPool()
    var random = RandomStream(seed: 2)
    for _ in 0..<60 {
      let length = Int.random(in: 100...512, using: &random)
      var kept: [(UnsafeMutableRawPointer, Int)] = []
      for layer in 0..<40 {
        let size = length * (layer % 2 == 0 ? 3072 : 8192)
        kept.append((pool.allocate(size), size))
      }
      while let (block, size) = kept.popLast() { pool.free(block, size) }
    }
    #expect(Double(pool.reservedBytes) < 1.25 * Double(pool.peakBytes) + Double(32 << 20))
  }

  @Test("After the largest step no other takes a page from the system, whatever their lengths and what outlives them")
  func steadyFootprint() {
    let pool = MemoryPool()
    var random = RandomStream(seed: 3)
    func step(_ length: Int) {
      var (kept, gradients): ([(UnsafeMutableRawPointer, Int)], [UnsafeMutableRawPointer]) = ([], [])
      for layer in 0..<40 {
        for size in [length * 1152, length * 3072] { kept.append((pool.allocate(size, .passing), size)) }
        let scratch = pool.allocate(length * 96 * (layer % 5), .passing)
        pool.free(scratch, length * 96 * (layer % 5), .passing)
      }
      while let (block, size) = kept.popLast() {
        pool.free(block, size, .passing)
        gradients.append(pool.allocate(40_000))
      }
      for gradient in gradients { pool.free(gradient, 40_000) }
    }
    for length in [700, 300, 1251] { step(length) }
    let taken = pool.residentBytes
    for _ in 0..<50 { step(Int.random(in: 100...1251, using: &random)) }
    #expect(pool.residentBytes == taken)
    #expect(Double(taken) < 1.05 * Double(pool.peakBytes))
  }

  @Test("Tensors come from the part of the memory that their lifetime names, and go back there")
  func lifetimes() {
    let pool = MemoryPool()
    MemoryPool.$current.withValue(pool) {
      let lasting = Tensor.zeros([1 << 18])
      let passing = TensorLifetime.passing {
        (Tensor.zeros([1 << 18]), TensorLifetime.lasting { Tensor.zeros([1 << 18]) })
      }
      #expect(lasting.lifetime == .lasting && passing.0.lifetime == .passing && passing.1.lifetime == .lasting)
      #expect(pool.usedBytes == 3 << 20)
    }
    #expect(pool.usedBytes == 0)
  }

  @Test("The peak is measured again after a reset")
  func peak() {
    let pool = MemoryPool()
    let block = pool.allocate(1 << 20)
    pool.free(block, 1 << 20)
    #expect(pool.peakBytes == 1 << 20)
    pool.resetPeak()
    #expect(pool.peakBytes == 0)
    _ = pool.allocate(512)
    #expect(pool.peakBytes == 512)
  }

  @Test("A block larger than a chunk is whole, and is used again")
  func largeBlock() {
    let pool = MemoryPool()
    let size = 100 << 20
    let block = pool.allocate(size)
    block.storeBytes(of: 7, toByteOffset: size - 1, as: UInt8.self)
    let reserved = pool.reservedBytes
    #expect(reserved >= size)
    pool.free(block, size)
    _ = pool.allocate(size)
    #expect(pool.reservedBytes == reserved)
  }

  @Test("Threads that allocate at once never get the same memory")
  func concurrency() {
    let pool = MemoryPool()
    var broken = [Int](repeating: 0, count: 8)
    broken.withUnsafeMutableBufferPointer { counts in
      let counts = counts
      Threads.$taskCount.withValue(4) {
        Threads.parallel(8) { part in
          for size in stride(from: 4, through: 40_000, by: 36) {
            let block = pool.allocate(size).bindMemory(to: UInt8.self, capacity: size)
            block.update(repeating: UInt8(part), count: size)
            if UnsafeBufferPointer(start: block, count: size).contains(where: { $0 != part }) { counts[part] += 1 }
            pool.free(block, size)
          }
        }
      }
    }
    #expect(broken == [Int](repeating: 0, count: 8))
    #expect(pool.usedBytes == 0)
  }
}
