import InstructionData
import StrictJSON
import Testing

/// Every form of record (design §2), recognised by its keys.
@Suite struct RecordDecoderTests {
  private func decode(
    _ json: String, for purpose: RecordPurpose = .demonstration, columns: [String: String] = [:]
  ) throws -> Record {
    try RecordDecoder(purpose: purpose, columns: columns).decode(JSONValue(parsing: Array(json.utf8)))
  }

  static let answered = Record.conversation([Message(.user, "Q"), Message(.assistant, "A")])

  @Test func alpaca() throws {
    #expect(try decode(#"{"instruction": "Q", "output": "A"}"#) == Self.answered)
    #expect(try decode(#"{"instruction": "Q", "input": "", "output": "A"}"#) == Self.answered)
    #expect(try decode(#"{"instruction": "Q", "input": null, "output": "A"}"#) == Self.answered)
    #expect(
      try decode(#"{"instruction": "Q", "input": "I", "output": "A"}"#)
        == .conversation([Message(.user, "Q", input: "I"), Message(.assistant, "A")]))
  }

  @Test func messages() throws {
    #expect(
      try decode(#"{"messages": [{"role":"user","content":"Q"},{"role":"assistant","content":"A"}]}"#) == Self.answered)
    #expect(
      try decode(#"{"messages": [{"role":"system","content":"S"},{"role":"user","content":"Q"}]}"#)
        == .conversation([Message(.system, "S"), Message(.user, "Q")]))
  }

  @Test func shareGPT() throws {
    #expect(
      try decode(#"{"conversations": [{"from":"human","value":"Q"},{"from":"gpt","value":"A"}]}"#) == Self.answered)
  }

  @Test func promptAndCompletion() throws {
    #expect(try decode(#"{"prompt": "Q", "completion": "A"}"#) == Self.answered)
  }

  @Test func text() throws {
    #expect(try decode(#"{"text": "T"}"#) == .text("T"))
  }

  @Test func tokens() throws {
    #expect(try decode(#"{"ids": [3, 1, 2], "prompt_len": 1}"#) == .tokens(ids: [3, 1, 2], promptLength: 1))
  }

  @Test func promptAndTwoAnswers() throws {
    let pair = Record.preference(
      prompt: [Message(.user, "Q")], chosen: [Message(.assistant, "A")], rejected: [Message(.assistant, "B")])
    #expect(try decode(#"{"prompt":"Q","chosen":"A","rejected":"B"}"#, for: .preference) == pair)
    #expect(
      try decode(
        #"{"prompt":[{"role":"user","content":"Q"}],"chosen":[{"role":"assistant","content":"A"}],"#
          + #""rejected":[{"role":"assistant","content":"B"}]}"#, for: .preference) == pair)
  }

  @Test func instructionAndTwoAnswers() throws {
    #expect(
      try decode(
        #"{"instruction":"Q","input":"I","output":"A","chosen":"A","rejected":"B"}"#, for: .preference)
        == .preference(
          prompt: [Message(.user, "Q", input: "I")], chosen: [Message(.assistant, "A")],
          rejected: [Message(.assistant, "B")]))
  }

  @Test func shareGPTWithTwoAnswers() throws {
    #expect(
      try decode(
        #"{"conversations":[{"from":"system","value":"S"},{"from":"human","value":"Q"}],"#
          + #""chosen":{"from":"gpt","value":"A"},"rejected":{"from":"gpt","value":"B"}}"#, for: .preference)
        == .preference(
          prompt: [Message(.system, "S"), Message(.user, "Q")], chosen: [Message(.assistant, "A")],
          rejected: [Message(.assistant, "B")]))
  }

  @Test func promptInsideBothAnswers() throws {
    let inside =
      #""chosen":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}],"#
      + #""rejected":[{"role":"user","content":"Q"},{"role":"assistant","content":"B"}]"#
    let pair = Record.preference(
      prompt: [Message(.user, "Q")], chosen: [Message(.assistant, "A")], rejected: [Message(.assistant, "B")])
    #expect(try decode("{\(inside)}", for: .preference) == pair)
    #expect(try decode(#"{"prompt":"Q",\#(inside)}"#, for: .preference) == pair)
  }

  @Test func tokenizedPairs() throws {
    #expect(
      try decode(#"{"prompt":[1,2],"chosen":[3],"rejected":[4,5]}"#, for: .preference)
        == .preferenceTokens(prompt: [1, 2], chosen: [3], rejected: [4, 5]))
  }

  @Test func singleAnswersThatAreWantedOrNot() throws {
    let prompt = [Message(.user, "Q")]
    #expect(
      try decode(#"{"prompt":"Q","completion":"A","label":true}"#, for: .judgement)
        == .judgement(prompt: prompt, answer: [Message(.assistant, "A")], isDesirable: true))
    #expect(
      try decode(
        #"{"prompt":[{"role":"user","content":"Q"}],"completion":[{"role":"assistant","content":"A"}],"label":false}"#,
        for: .judgement) == .judgement(prompt: prompt, answer: [Message(.assistant, "A")], isDesirable: false))
    #expect(
      try decode(#"{"prompt":[1,2],"completion":[3],"label":false}"#, for: .judgement)
        == .judgementTokens(prompt: [1, 2], answer: [3], isDesirable: false))
    #expect(
      try decode(#"{"prompt":"Q","chosen":"A","rejected":"B"}"#, for: .judgement)
        == .preference(prompt: prompt, chosen: [Message(.assistant, "A")], rejected: [Message(.assistant, "B")]))
  }

  @Test func theObjectiveDecidesFirst() throws {
    let both = #"{"instruction":"Q","output":"A","chosen":"C","rejected":"R"}"#
    #expect(try decode(both) == Self.answered)
    #expect(
      try decode(both, for: .preference)
        == .preference(
          prompt: [Message(.user, "Q")], chosen: [Message(.assistant, "C")], rejected: [Message(.assistant, "R")]))
  }

  @Test func thenMessagesConversationsInstructionPromptText() throws {
    let forms = [
      #""messages":[{"role":"user","content":"messages"}]"#, #""conversations":[{"from":"human","value":"sharegpt"}]"#,
      #""instruction":"alpaca","output":"""#, #""prompt":"prompt","completion":"""#, #""text":"text""#,
    ]
    for (place, name) in ["messages", "sharegpt", "alpaca", "prompt"].enumerated() {
      guard case .conversation(let messages, _) = try decode("{\(forms[place...].reversed().joined(separator: ","))}")
      else {
        Issue.record("\(name) is no conversation")
        continue
      }
      #expect(messages.first?.content == name)
    }
  }

  @Test func otherKeysAreIgnoredAndNullIsAbsent() throws {
    #expect(try decode(#"{"id":7,"messages":null,"prompt":"Q","completion":"A","tags":[[]]}"#) == Self.answered)
  }

  @Test func columnsRenameKeys() throws {
    let columns = ["prompt": "question", "completion": "answer"]
    #expect(try decode(#"{"question":"Q","answer":"A"}"#, columns: columns) == Self.answered)
    #expect(try decode(#"{"question":"Q","answer":"A","prompt":1,"text":"T"}"#, columns: columns) == Self.answered)
  }

  @Test func textIsNotChanged() throws {
    #expect(try decode(#"{"text": " \u00e9\ud83d\ude00\u0000\r\n"}"#) == .text(" é😀\0\r\n"))
  }
}
