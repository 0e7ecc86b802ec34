import Inference
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
}
