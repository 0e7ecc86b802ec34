import Inference
import LanguageModels
import Testing

@Suite("A sequence continued turn by turn")
struct GenerationSessionTests {
  private let model: LanguageModel
  private let options = SamplingOptions(maximumNewTokens: 6)

  init() throws { model = try smallModel() }

  private func fresh(after prompt: [Int32], stop: StopRule = .never) -> [Int32] {
    model.generate([prompt], options, stop: stop)[0]
  }

  private func request(_ prompt: [Int32], stop: StopRule = .never) -> GenerationRequest {
    GenerationRequest(prompt: prompt, maximumNewTokens: 6, stop: stop)
  }

  private func write(_ session: GenerationSession, _ prompt: [Int32], stop: StopRule = .never) -> [Int32] {
    session.generate(request(prompt, stop: stop), shouldContinue: { true }, onToken: { _ in }).tokens
  }

  @Test("is what would be written after the whole sequence at once")
  func turns() {
    let session = GenerationSession(model)
    var sequence: [Int32] = [1, 5, 9, 3]
    for turn in 0..<4 {
      let answer = write(session, sequence)
      #expect(answer == fresh(after: sequence))
      sequence += answer + [Int32(turn), 7]
      // The last token that was written has not been read.
      #expect(session.held == sequence.dropLast(3))
    }
  }

  @Test("is read again from where it has changed")
  func change() {
    let session = GenerationSession(model)
    _ = write(session, [1, 5, 9, 3, 8])
    for prompt in [[1, 5, 2], [1, 5, 2], [4], [4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4]] as [[Int32]] {
      #expect(write(session, prompt) == fresh(after: prompt))
    }
  }

  @Test("ends before a stop token, and where it should not continue")
  func end() {
    let session = GenerationSession(model)
    let endless = fresh(after: [1, 5])
    let stop = StopRule([endless[2]])
    #expect(write(session, [1, 5], stop: stop) == fresh(after: [1, 5], stop: stop))
    var asked = 0
    let cut = session.generate(
      request([1, 5]),
      shouldContinue: {
        asked += 1
        return asked <= 2
      }, onToken: { _ in })
    #expect(cut.tokens == Array(endless.prefix(2)) && cut.ending == .interrupted)
  }

  @Test("holds what was read where a caller ends it by throwing")
  func thrown() {
    struct Enough: Error {}
    let session = GenerationSession(model)
    var written: [Int32] = []
    #expect(throws: Enough.self) {
      try session.generate(request([1, 5, 9]), shouldContinue: { true }) { token in
        written.append(token)
        if written.count == 3 { throw Enough() }
      }
    }
    #expect(session.held == [1, 5, 9] + written.dropLast())
    #expect(write(session, [1, 5, 9, 4]) == fresh(after: [1, 5, 9, 4]))
  }

  @Test("has room for more than it started with")
  func growth() {
    let session = GenerationSession(model)
    for length in [10, 600, 1200, 20] {
      let prompt = (0..<length).map { Int32($0 % 31) }
      #expect(write(session, prompt) == fresh(after: prompt))
    }
  }
}
