import CKernels

extension KernelSet {
  /// The most that the code for factors of an element type can reach on all threads, in 10⁹ multiplications and additions a
  /// second: its multiply-adds in registers, measured. Nil where the processor cannot run it, or no such loop is known.
  public func peakGigaflops(for type: ElementType) -> Double? {
    guard isAvailable, let run = attune_peak(kernels(for: type).name) else { return nil }
    // Parts of about a millisecond, enough of them for threads to come out even.
    var rounds = 1000
    while Self.speed(rounds, 1, run).seconds < 1e-3, rounds < 1 << 30 { rounds *= 2 }
    return (0..<10).map { _ in Self.speed(rounds, 8 * Threads.count, run).gigaflops }.max()
  }

  private static func speed(
    _ rounds: Int, _ parts: Int, _ run: attune_peak_function
  ) -> (seconds: Double, gigaflops: Double) {
    var operations = [Double](repeating: 0, count: parts)
    let start = ContinuousClock.now
    operations.withUnsafeMutableBufferPointer { operations in
      let operations = operations
      Threads.parallel(parts) { operations[$0] = run(rounds) }
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    return (seconds, operations.reduce(0, +) / seconds / 1e9)
  }
}
