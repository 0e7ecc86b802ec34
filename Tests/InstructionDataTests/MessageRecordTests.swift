import InstructionData
import StrictJSON
import Testing

/// Messages of records: names of roles, tool calls, and what they say about training.
@Suite struct MessageRecordTests {
  private func messages(_ answer: String) throws -> [Message]? {
    try decodedMessages(#"{"messages":[{"role":"user","content":"Q"},\#(answer)]}"#)
  }

  private func problem(_ answer: String) -> String? {
    message { _ = try messages(answer) }
  }

  @Test(arguments: [
    ("human", Role.user), ("gpt", .assistant), ("model", .assistant), ("Chatbot", .assistant), ("bot", .assistant),
    ("chatgpt", .assistant), ("USER", .user), ("observation", .tool), ("function", .tool), ("ipython", .tool),
    ("tool_response", .tool), ("developer", .system),
  ])
  func knownNamesOfRoles(_ name: String, _ role: Role) throws {
    #expect(try messages(#"{"role":"\#(name)","content":"T"}"#)?.last?.role == role)
    let shareGPT = try decodedMessages(#"{"conversations":[{"from":"\#(name)","value":"T"}]}"#)
    #expect(shareGPT?.first?.role == role)
    #expect(shareGPT?.first?.content == "T")
  }

  static let call: JSONValue = [
    "type": "function", "function": ["name": "weather", "arguments": ["city": "Ulm"]],
  ]

  @Test func aFunctionCallIsTheAssistantsToolCall() throws {
    let value = #"{\"name\":\"weather\",\"arguments\":{\"city\":\"Ulm\"}}"#
    for text in [value, "[\(value)]"] {
      let message = try decodedMessages(#"{"conversations":[{"from":"function_call","value":"\#(text)"}]}"#)?.first
      #expect(message?.role == .assistant)
      #expect(message?.content == "")
      #expect(message?.fields?["tool_calls"] == .array([Self.call]))
      #expect(message?.fields?["role"] == "assistant")
    }
    #expect(
      decodingProblem(#"{"conversations":[{"from":"function_call","value":"weather(Ulm)"}]}"#)
        == "'conversations'[0] is a tool call, but its text is not JSON: expected a value, found 'w' (column 1)")
    #expect(
      decodingProblem(#"{"conversations":[{"from":"function_call","value":"{}"}]}"#)
        == #"'conversations'[0] calls a tool without a name; expected {"name": …, "arguments": …}, found an object"#)
  }

  @Test func openAIsOlderFormOfACall() throws {
    let call = #""function_call":{"name":"weather","arguments":{"city":"Ulm"}}"#
    for other in ["", #","tool_calls":null"#, #","tool_calls":[]"#] {
      let message = try messages(#"{"role":"assistant","content":null,\#(call)\#(other)}"#)?.last
      #expect(message?.fields?["tool_calls"] == .array([Self.call]))
      #expect(message?.fields?["function_call"] == nil)
    }
    #expect(try messages(#"{"role":"assistant","content":"A","function_call":null}"#)?.last?.content == "A")
    #expect(
      problem(#"{"role":"user","content":"A",\#(call)}"#)
        == "'messages'[1] calls a tool, but it is a message of the user; only the assistant calls tools")
    #expect(
      problem(#"{"role":"assistant","content":"A",\#(call),"tool_calls":[{"function":{"name":"f"}}]}"#)
        == "'messages'[1] has both 'function_call' and 'tool_calls'; remove one of them")
  }

  @Test func callsAreAnArrayOrTheSameAsJSONInAString() throws {
    let text = #"[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":{\"city\":\"Ulm\"}}}]"#
    #expect(
      try messages(#"{"role":"assistant","content":null,"tool_calls":"\#(text)"}"#)?.last?.fields?["tool_calls"]
        == .array([Self.call]))
    #expect(
      problem(#"{"role":"assistant","content":"A","tool_calls":{"name":"f"}}"#)
        == #"'messages'[1]['tool_calls'] must be an array of calls {"function": {"name": …}}, found an object"#)
    #expect(
      problem(#"{"role":"assistant","content":"A","tool_calls":[{"function":{}}]}"#)
        == #"'messages'[1]['tool_calls'][0] must be an object with the name of a tool, {"function": {"name": …}}"#)
  }

  @Test func nullKeysStayInTheFields() throws {
    let message = try messages(#"{"role":"assistant","content":"A","tool_calls":null}"#)?.last
    #expect(message?.fields?["tool_calls"] == .null)
    #expect(message?.isTrained == true)
  }

  @Test(arguments: [
    (#""weight":0"#, false), (#""weight":1"#, true), (#""weight":0.0"#, false), (#""weight":null"#, true),
    (#""train":false"#, false), (#""train":true"#, true), (#""loss":false"#, false), (#""train_detail":[]"#, true),
    (#""train":false,"weight":0"#, false),
  ])
  func aMessageSaysWhetherItIsTrainedOn(_ key: String, _ isTrained: Bool) throws {
    #expect(try messages(#"{"role":"assistant","content":"A",\#(key)}"#)?.last?.isTrained == isTrained)
    #expect(
      try decodedMessages(#"{"conversations":[{"from":"gpt","value":"A",\#(key)}]}"#)?.last?.isTrained == isTrained)
  }

  @Test func wishesThatCannotBeFollowed() {
    func answer(_ keys: String) -> String? { problem(#"{"role":"assistant","content":"A",\#(keys)}"#) }
    #expect(
      answer(#""weight":0.5"#)
        == "'messages'[1]['weight'] must be 0 (not trained on) or 1, found 0.5: a message counts completely or not at all"
    )
    #expect(answer(#""weight":true"#)?.contains("must be 0 (not trained on) or 1, found a boolean") == true)
    #expect(answer(#""train":1"#) == "'messages'[1]['train'] must be true or false, found 1")
    #expect(
      answer(#""weight":0,"train":true"#)
        == "'messages'[1] has a 'weight' and a 'train' that contradict each other; remove one of them")
    for key in ["train_detail", "loss_scale", "loss_mask"] {
      #expect(
        answer(#""\#(key)":[1]"#)
          == "'messages'[1] has '\(key)', but a message is trained on completely or not at all; remove it, or say "
          + "\"train\": true or false")
    }
    #expect(
      problem(#"{"role":"user","content":"A","train":true}"#)
        == "'messages'[1] has 'train' and asks to be trained on, but it is a message of the user; only the assistant's "
        + "are trained on")
    #expect(problem(#"{"role":"user","content":"A","train":false,"weight":0}"#) == nil)
    #expect(
      decodingProblem(#"{"prompt":"Q","completion":"A","loss_mask":[0,1]}"#)
        == "'loss_mask' says what to train on, but records say that with \"train\": true or false in their messages; "
        + "remove it")
  }

  @Test func partsOfAContentAreTexts() throws {
    #expect(try messages(#"{"role":"user","content":[{"type":"text","text":"A"},"B"]}"#)?.last?.content == "A\nB")
    #expect(
      problem(#"{"role":"user","content":["A",3]}"#)
        == "'messages'[1]['content'][1] must be an object with 'type', found a number")
  }
}
