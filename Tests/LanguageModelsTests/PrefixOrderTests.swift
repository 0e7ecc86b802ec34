import LanguageModels
import Testing

@Suite("The order of sequences that start alike")
struct PrefixOrderTests {
  /// A system prompt of 20 tokens, and what continues it.
  private let system: [Int32] = (0..<20).map { 100 + $0 }
  private func sequence(_ rest: Int32...) -> [Int32] { system + rest }

  @Test("those that share a prefix are a family, where the first of them is")
  func families() {
    let order = PrefixOrder([[7, 8], sequence(1), [9], sequence(0, 1), system, [7, 9]])
    #expect(order.isShared)
    #expect(order.families.map(\.places) == [[0], [1, 3, 4], [2], [5]])
    #expect(order.families[1].shared == 20)
    #expect(order.together == [0, 4, 3, 1, 2, 5])
    #expect(order.shared(with: 3) == [0, 20, 0, 0, 20, 0])
  }

  @Test("fewer than 16 tokens do not count")
  func minimum() {
    func shared(_ count: Int) -> [Int] {
      let prefix = system.prefix(count)
      return PrefixOrder([prefix + [1], prefix + [2]]).shared(with: 0)
    }
    #expect(shared(15) == [0, 0])
    #expect(shared(16) == [0, 16])
  }

  @Test("a sequence shares with each other one what lies between them")
  func nested() {
    let shots = system + (0..<30).map { 200 + $0 }
    let order = PrefixOrder([shots + [1], sequence(5), shots + [2], shots + [1]])
    #expect(order.shared(with: 0) == [0, 20, 50, 51])
    #expect(order.shared(with: 1) == [20, 0, 20, 20])
  }

  @Test("nothing, empty sequences and equal ones")
  func edges() {
    #expect(PrefixOrder([[Int32]]()).families.isEmpty && !PrefixOrder([[Int32]]()).isShared)
    #expect(PrefixOrder([[], [], [1]]).together == [0, 1, 2])
    #expect(PrefixOrder([system, system]).families.map(\.shared) == [20])
    #expect(PrefixOrder([system, system]).together == [0, 1])
  }

  @Test("elements that share a prefix are computed together, as many as fit without it")
  func grouping() {
    let sequences = [sequence(1), [3], sequence(2), sequence(4), [5]]
    func groups(sharing: Bool) -> Grouping {
      Grouping(sequences, tokensAtATime: 22, sharingPrefixes: sharing) { sequences[$0].count - $1 }
    }
    #expect(groups(sharing: true).groups == [[0, 2], [3, 1], [4]])
    #expect(groups(sharing: false).groups == [[0, 1], [2], [3, 4]])
    #expect(groups(sharing: true).ordered(["a", "c", "d", "b", "e"]) == ["a", "b", "c", "d", "e"])
  }
}
