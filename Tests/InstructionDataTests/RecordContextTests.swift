import InstructionData
import StrictJSON
import Testing

/// What a record says beside its messages: tools, a system message, earlier turns, variables for the template; the same
/// in every form.
@Suite struct RecordContextTests {
  static let question = #"{"role":"user","content":"Q"}"#
  /// Every form with messages, each of which says that "A" is the answer to "Q".
  static let forms: [(RecordPurpose, String)] = [
    (.demonstration, #""prompt":"Q","completion":"A""#),
    (.demonstration, #""prompt":[\#(question)],"completion":[{"role":"assistant","content":"A"}]"#),
    (.demonstration, #""prompt":\#(question),"completion":{"role":"assistant","content":"A"}"#),
    (.demonstration, #""instruction":"Q","output":"A""#),
    (.demonstration, #""messages":[\#(question),{"role":"assistant","content":"A"}]"#),
    (.demonstration, #""conversations":[{"from":"human","value":"Q"},{"from":"gpt","value":"A"}]"#),
    (.judgement, #""prompt":"Q","completion":"A","label":true"#),
    (.judgement, #""prompt":"Q","completion":[{"role":"assistant","content":"A"}],"kto_tag":true"#),
    (.judgement, #""instruction":"Q","output":"A","kto_tag":true"#),
    (.judgement, #""messages":[\#(question),{"role":"assistant","content":"A"}],"label":true"#),
    (.judgement, #""conversations":[{"from":"human","value":"Q"},{"from":"gpt","value":"A"}],"kto_tag":true"#),
    (.preference, #""prompt":"Q","chosen":"A","rejected":"B""#),
    (.preference, #""instruction":"Q","chosen":"A","rejected":"B""#),
    (.preference, #""messages":[\#(question)],"chosen":"A","rejected":"B""#),
    (
      .preference,
      #""conversations":[{"from":"human","value":"Q"}],"chosen":{"from":"gpt","value":"A"},"rejected":"B""#
    ),
    (
      .preference,
      #""chosen":[\#(question),{"role":"assistant","content":"A"}],"#
        + #""rejected":[\#(question),{"role":"assistant","content":"B"}]"#
    ),
  ]

  /// The record of a form with its prompt and context.
  private func record(_ purpose: RecordPurpose, _ prompt: [Message], _ context: ChatContext) -> Record {
    let answer = [Message(.assistant, "A")]
    return switch purpose {
    case .demonstration: .conversation(prompt + answer, context)
    case .judgement: .judgement(prompt: prompt, answer: answer, isDesirable: true, context)
    case .preference: .preference(prompt: prompt, chosen: answer, rejected: [Message(.assistant, "B")], context)
    }
  }

  @Test(arguments: forms) func systemToolsAndOptionsBesideEveryForm(_ purpose: RecordPurpose, _ form: String) throws {
    let tool: JSONValue = ["type": "function", "function": ["name": "f"]]
    let prompt = [Message(.user, "Q")]
    #expect(try decodedRecord("{\(form)}", for: purpose) == record(purpose, prompt, ChatContext()))
    #expect(
      try decodedRecord(#"{\#(form),"system":"S"}"#, for: purpose)
        == record(purpose, [Message(.system, "S")] + prompt, ChatContext()))
    for tools in [
      #""tools":[{"type":"function","function":{"name":"f"}}]"#,
      #""tools":"[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]""#,
      #""tools":["{\"type\":\"function\",\"function\":{\"name\":\"f\"}}"]"#, #""functions":[{"name":"f"}]"#,
    ] {
      #expect(
        try decodedRecord("{\(form),\(tools)}", for: purpose) == record(purpose, prompt, ChatContext(tools: [tool])))
    }
    let options = #""chat_template_kwargs":{"enable_thinking":false}"#
    #expect(
      try decodedRecord("{\(form),\(options)}", for: purpose)
        == record(
          purpose, prompt, ChatContext(templateOptions: JSONObject([("enable_thinking", false)]))))
  }

  @Test(arguments: forms) func emptyContextSaysNothing(_ purpose: RecordPurpose, _ form: String) throws {
    let empty = [#""system":"","tools":"","history":[]"#, #""system":null,"tools":[],"history":null"#]
    for keys in empty {
      #expect(
        try decodedRecord("{\(form),\(keys),\"chat_template_kwargs\":{}}", for: purpose)
          == record(purpose, [Message(.user, "Q")], ChatContext()))
    }
  }

  @Test func historyIsEarlierTurns() throws {
    let turns = [Message(.system, "S"), Message(.user, "1"), Message(.assistant, "2"), Message(.user, "Q")]
    for history in [#"[["1","2"]]"#, #"[{"role":"user","content":"1"},{"role":"assistant","content":"2"}]"#] {
      for (purpose, form) in [Self.forms[0], Self.forms[3], Self.forms[6], Self.forms[11], Self.forms[12]] {
        // In a conversation all answers are trained on, those of the history too.
        #expect(
          try decodedRecord(#"{\#(form),"history":\#(history),"system":"S"}"#, for: purpose)
            == record(purpose, turns, ChatContext()))
      }
    }
    let wrong = #"{"instruction":"Q","output":"A","history":"#
    #expect(
      decodingProblem(wrong + #"[["1"]]}"#)
        == "'history'[0] must be a pair [question, answer] of strings, found an array")
    #expect(
      decodingProblem(wrong + #""1"}"#) == "'history' must be an array of pairs [question, answer], found a string")
    #expect(
      decodingProblem(#"{"messages":[{"role":"user","content":"Q"}],"history":[["1","2"]]}"#)
        == "'history' cannot go with 'messages', which holds the earlier turns; remove it")
  }

  @Test func oneSystemMessage() throws {
    func conversation(_ role: String) -> String {
      #"{"messages":[{"role":"\#(role)","content":"S"},{"role":"user","content":"Q"}],"system":"#
    }
    #expect(try decodedMessages(conversation("system") + #""S"}"#)?.count == 2)
    for role in ["system", "developer"] {
      #expect(
        decodingProblem(conversation(role) + #""T"}"#)
          == "'system' and the first message are two different system messages; remove one of them")
    }
    #expect(decodingProblem(conversation("user") + "7}") == "'system' must be a string, found a number")
  }

  @Test func contextOfTheWrongForm() {
    func problem(_ keys: String) -> String? { decodingProblem(#"{"prompt":"Q","completion":"A",\#(keys)}"#) }
    #expect(problem(#""tools":{}"#) == "'tools' must be an array of objects, found an object")
    #expect(problem(#""tools":[1]"#) == "'tools' must be an array of objects, found a number in it")
    #expect(
      problem(#""tools":"[x]""#)
        == "'tools' must be an array of objects, also as JSON in a string, found a string that is not JSON: expected a "
        + "value, found 'x' (column 2)")
    #expect(
      problem(#""tools":[{"name":"f"}],"functions":[{"name":"f"}]"#)
        == "the record has both 'tools' and 'functions'; remove one of them")
    #expect(problem(#""chat_template_kwargs":"{}""#) == "'chat_template_kwargs' must be an object, found a string")
    #expect(
      problem(#""chat_template_kwargs":{"messages":[]}"#)
        == "'chat_template_kwargs' has the key 'messages', which the template gets from the record itself; remove it")
    #expect(
      decodingProblem(#"{"prompt":[1],"chosen":[2],"rejected":[3],"system":"S"}"#, for: .preference)
        == "'system' cannot change a prompt of token ids; remove it, or give the prompt as text")
  }

  @Test func columnsRenameTheContext() throws {
    let record = #"{"prompt":"Q","completion":"A","system_prompt":"S","system":"unused"}"#
    #expect(
      try decodedRecord(record, columns: ["system": "system_prompt"])
        == .conversation([Message(.system, "S"), Message(.user, "Q"), Message(.assistant, "A")]))
  }
}
