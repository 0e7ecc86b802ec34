import Inference
import InstructionData
import LanguageModels
import Tensors
import Testing

@Suite("The memory of answers")
struct GenerationMemoryTests {
  @Test("is what was rehearsed, for prompts much longer than the others too")
  func rehearsed() throws {
    let model = try smallModel()
    let requests = [2000, 30, 3000].map { length in
      GenerationRequest(
        prompt: (0..<length).map { Int32($0 % 30) }, maximumNewTokens: 3, stop: .never)
    }
    let (rehearsal, pool) = (MemoryPool(forRehearsal: ()), MemoryPool())
    Rehearsal.run(in: rehearsal) { model.rehearseAnswers(to: requests) }
    let written = MemoryPool.$current.withValue(pool) { model.generate(requests) }
    #expect(written.map(\.tokens.count) == [3, 3, 3])
    #expect(abs(rehearsal.peakBytes - pool.peakBytes) <= pool.peakBytes / 10)
    #expect(abs(rehearsal.residentBytes - pool.residentBytes) <= 4 << 20)
    #expect(pool.usedBytes == 0)
  }

  @Test("has no room for many prompts as long as the longest one: they are asked in smaller groups")
  func groups() {
    func requests(_ lengths: [Int]) -> [Int] {
      let examples = lengths.enumerated().map { index, length in
        Example(
          tokens: Array(repeating: 5, count: length), trained: [length - 1..<length],
          origin: ExampleOrigin(source: 0, line: index))
      }
      return answerRequests(for: examples, maximumNewTokens: 8, stop: .never).map(\.count)
    }
    #expect(requests(Array(repeating: 100, count: 70)) == [32, 32, 6])
    #expect(requests([12_000] + Array(repeating: 100, count: 6)) == [5, 2])
    #expect(requests([100_000, 100_000]) == [1, 1])
  }
}
