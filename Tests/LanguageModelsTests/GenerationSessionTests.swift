import LanguageModels
import Testing

@Suite("A text gone on with, turn by turn")
struct GenerationSessionTests {
  private let model: LanguageModel
  private let options = SamplingOptions(maximumNewTokens: 6)

  init() throws { model = LanguageModel(randomly: try tiny(["initializer_range": 0.5]), seed: 6) }

  private func fresh(behind prompt: [Int32], stops: Set<Int32> = []) -> [Int32] {
    model.generate([prompt], options: options, stops: stops)[0]
  }

  @Test("is what would be written behind the whole text at once")
  func turns() {
    let session = GenerationSession(model)
    var text: [Int32] = [1, 5, 9, 3]
    for turn in 0..<4 {
      let answer = session.write(behind: text, options: options, stops: [])
      #expect(answer == fresh(behind: text))
      text += answer + [Int32(turn), 7]
      // The last token that was written has not been read.
      #expect(session.held == text.dropLast(3))
    }
  }

  @Test("is read again from where the text has changed")
  func change() {
    let session = GenerationSession(model)
    _ = session.write(behind: [1, 5, 9, 3, 8], options: options, stops: [])
    for prompt in [[1, 5, 2], [1, 5, 2], [4], [4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4]] as [[Int32]] {
      #expect(session.write(behind: prompt, options: options, stops: []) == fresh(behind: prompt))
    }
  }

  @Test("ends before a stop token, and where it is told to")
  func end() {
    let session = GenerationSession(model)
    let endless = fresh(behind: [1, 5])
    let stops: Set<Int32> = [endless[2]]
    #expect(session.write(behind: [1, 5], options: options, stops: stops) == fresh(behind: [1, 5], stops: stops))
    var asked = 0
    let cut = session.write(
      behind: [1, 5], options: options, stops: [],
      goesOn: {
        asked += 1
        return asked <= 2
      })
    #expect(cut == Array(endless.prefix(2)))
  }

  @Test("has room for more than it was begun with")
  func growth() {
    let session = GenerationSession(model)
    for length in [10, 600, 1200, 20] {
      let prompt = (0..<length).map { Int32($0 % 31) }
      #expect(session.write(behind: prompt, options: options, stops: []) == fresh(behind: prompt))
    }
  }
}
