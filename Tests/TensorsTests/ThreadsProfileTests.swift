import Tensors
import Testing

@Suite("What threads share of a computation")
struct ThreadsProfileTests {
  @Test("Sections are counted by place and pieces; what is called from within one is part of it")
  func sections() {
    let (sum, profile) = ThreadsProfile.measure {
      for _ in 0..<3 { Threads.parallel(64) { _ in Threads.forRange(1000) { _ in } } }
      Threads.parallel(5) { _ in }
      Threads.parallel(1) { _ in }
      return 1
    }
    #expect(sum == 1)
    let counts = profile.sections.map { [$0.pieces, $0.calls] }.sorted { $0[0] < $1[0] }
    #expect(counts == [[1, 1], [5, 1], [64, 3]])
    #expect(profile.sections.allSatisfy { $0.place.hasPrefix("ThreadsProfileTests.swift:") })
    #expect(profile.serialSeconds >= 0 && profile.serialSeconds <= profile.seconds)
  }

  @Test("Amdahl's law: what one thread does alone, and too few pieces, bound the speed")
  func bound() {
    let section = { (pieces: Int, seconds: Double) in
      ThreadsProfile.Section(place: "a.swift:1", pieces: pieces, calls: 1, seconds: seconds)
    }
    // With two threads: 2 s alone, 40 s of 64 pieces, 5 s of 4 pieces. With one thread that is 2 + 80 + 10 s.
    let profile = ThreadsProfile(seconds: 47, threads: 2, sections: [section(64, 40), section(4, 5)])
    #expect(profile.serialSeconds == 2)
    #expect(abs(profile.bound(threads: 16) - 92 / (2 + 80 / 16 + 10 / 4)) < 1e-9)
    #expect(abs(profile.bound(threads: 64) - 92 / (2 + 80 / 64 + 10 / 4)) < 1e-9)
    // 48 threads take 64 pieces in two rounds.
    #expect(abs(profile.bound(threads: 48) - 92 / (2 + 80 / 32 + 10 / 4)) < 1e-9)
  }
}
