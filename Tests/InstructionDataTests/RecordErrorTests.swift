import InstructionData
import StrictJSON
import Testing

/// Messages for unusable records: what was found, what was expected, the nearest name.
@Suite struct RecordErrorTests {
  private func problem(
    _ json: String, for purpose: RecordPurpose = .demonstration, columns: [String: String] = [:]
  ) -> String? {
    message {
      _ = try RecordDecoder(purpose: purpose, columns: columns, vocabularySize: 100).decode(
        JSONValue(parsing: Array(json.utf8)))
    }
  }

  static let demonstrations =
    "expected one of {ids, prompt_len}, {messages}, {conversations}, {instruction, input?, output}, "
    + "{prompt, completion}, {text} (data.columns renames keys)."

  @Test func aRecordWithoutTheKeys() {
    #expect(
      problem(#"{"question":"Q","answer":"A"}"#)
        == "the record has the keys 'question', 'answer'; " + Self.demonstrations
        + " With data.columns: {prompt: question, completion: answer} the record fits.")
    #expect(problem("{}") == "the record has no keys; " + Self.demonstrations)
    #expect(
      problem(#"{"prompt":"Q","completion":null}"#)
        == "the record has the keys 'prompt', 'completion' (null); " + Self.demonstrations)
  }

  @Test func aMistypedKey() {
    #expect(
      problem(#"{"instruction":"Q","ouput":"A"}"#)
        == "the record has the keys 'instruction', 'ouput'; " + Self.demonstrations
        + " Did you mean 'output' for 'ouput'? With data.columns: {output: ouput} the record fits.")
  }

  @Test func renamedKeysAreCalledByTheirNames() {
    #expect(
      problem(#"{"qestion":"Q","answer":"A"}"#, columns: ["prompt": "question", "completion": "answer"])
        == "the record has the keys 'qestion', 'answer'; expected one of {ids, prompt_len}, {messages}, "
        + "{conversations}, {instruction, input?, output}, {question, answer}, {text} (data.columns renames keys). "
        + "Did you mean 'question' for 'qestion'? With data.columns: {prompt: qestion, completion: answer} the record "
        + "fits.")
  }

  @Test func aRecordForAnotherObjective() {
    #expect(
      problem(#"{"prompt":"Q","chosen":"A","rejected":"B"}"#)
        == "the record has the keys 'prompt', 'chosen', 'rejected', the form {prompt, chosen, rejected} of preference "
        + "records; this objective "
        + Self.demonstrations.replacing("expected", with: "expects"))
    #expect(
      problem(#"{"prompt":"Q","completion":"A"}"#, for: .preference)
        == "the record has the keys 'prompt', 'completion', the form {prompt, completion} of records with one answer; "
        + "this objective expects one of {conversations, chosen, rejected}, {instruction, input?, chosen, rejected}, "
        + "{prompt, chosen, rejected}, {messages, chosen, rejected}, {chosen, rejected} (data.columns renames keys).")
  }

  @Test func aRecordThatIsNoObject() {
    #expect(problem("[1]") == "a record must be an object, found an array")
  }

  @Test func wrongTypes() {
    #expect(
      problem(#"{"instruction":"Q","output":5}"#)
        == "'output' must be a string, a message or an array of messages, found a number")
    #expect(
      problem(#"{"instruction":"Q","input":[],"output":"A"}"#) == "'input' must be a string, found an array")
    #expect(problem(#"{"text":{}}"#) == "'text' must be a string, found an object")
    #expect(problem(#"{"messages":"Q"}"#) == "'messages' must be an array of messages, found a string")
    #expect(problem(#"{"messages":[]}"#) == "'messages' contains no messages")
    #expect(
      problem(#"{"messages":["Q"]}"#)
        == "'messages'[0] must be an object with 'role' and 'content', found a string")
    #expect(
      problem(#"{"ids":"1 2","prompt_len":1}"#) == "'ids' must be an array of token ids, found a string")
    #expect(problem(#"{"ids":[1],"prompt_len":"1"}"#) == "'prompt_len' must be a whole number, found a string")
  }

  @Test func messagesWithoutTheirKeys() {
    #expect(
      problem(#"{"messages":[{"role":"user","text":"Q"}]}"#)
        == "'messages'[0] must have a string under 'content', found the keys 'role', 'text'")
    #expect(
      problem(#"{"conversations":[{"from":"human","value":"Q"},{"from":"gpt","value":null}]}"#)
        == "'conversations'[1] must have a string under 'value', found null")
    #expect(
      problem(#"{"messages":[{}]}"#) == "'messages'[0] must have a string under 'role', found no keys")
  }

  @Test func unknownRoles() {
    #expect(
      problem(#"{"messages":[{"role":"asistant","content":"A"}]}"#)
        == "'messages'[0] has the role 'asistant'; known roles are system, user, assistant, human, gpt, tool, "
        + "developer, function_call, tool_call, observation, function, ipython, tool_response, function_response, model, "
        + "bot, chatbot, chatgpt, bing, bard. Did you mean 'assistant'?")
  }

  @Test func tokenIDsThatCannotBe() {
    #expect(
      problem(#"{"ids":[1,-2],"prompt_len":1}"#) == "'ids'[1] must be a token id, found -2")
    #expect(problem(#"{"ids":[1.5],"prompt_len":0}"#) == "'ids'[0] must be a token id, found 1.5")
    #expect(
      problem(#"{"ids":[99999999999999999999],"prompt_len":0}"#)
        == "'ids'[0] must be a token id, found 99999999999999999999")
    #expect(
      problem(#"{"ids":[100],"prompt_len":0}"#)
        == "'ids'[0] is the token id 100, but the vocabulary has only 100 tokens")
    #expect(
      problem(#"{"prompt":[1],"chosen":[2],"rejected":["x"]}"#, for: .preference)
        == "'rejected'[0] must be a token id, found a string")
    #expect(
      problem(#"{"prompt":"Q","chosen":[2],"rejected":[3]}"#, for: .preference)
        == "'prompt' must be an array of token ids, found a string")
  }

  @Test func promptLengthsOutOfRange() {
    #expect(
      problem(#"{"ids":[1,2],"prompt_len":3}"#)
        == "'prompt_len' must be between 0 and the number of ids, 2, found 3")
    #expect(
      problem(#"{"ids":[1,2],"prompt_len":-1}"#)
        == "'prompt_len' must be between 0 and the number of ids, 2, found -1")
  }

  @Test func pairsThatAreNone() {
    #expect(
      problem(
        #"{"chosen":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}],"#
          + #""rejected":[{"role":"user","content":"P"},{"role":"assistant","content":"B"}]}"#, for: .preference)
        == "'chosen' and 'rejected' both contain the prompt, but it differs between them")
    #expect(
      problem(#"{"chosen":"A","rejected":"B"}"#, for: .preference)
        == "'chosen' and 'rejected' contain no prompt before the answer, and there is no 'prompt'")
    #expect(
      problem(#"{"prompt":"Q","chosen":[{"role":"user","content":"A"}],"rejected":"B"}"#, for: .preference)
        == "'chosen' must end with an assistant message")
    #expect(
      problem(#"{"prompt":"Q","chosen":1,"rejected":"B"}"#, for: .preference)
        == "'chosen' must be a string, a message or an array of messages, found a number")
    #expect(
      problem(#"{"prompt":7,"chosen":"A","rejected":"B"}"#, for: .preference)
        == "'prompt' must be a string, a message, an array of messages or an array of token ids, found a number")
    #expect(
      problem(
        #"{"prompt":[{"role":"assistant","content":"Q"}],"chosen":"A","rejected":"B"}"#, for: .preference)
        == "the prompt ends with an assistant message; expected a message of another role")
  }

  @Test func judgementsThatAreNone() {
    #expect(
      problem(#"{"prompt":"Q","completion":"A","label":1}"#, for: .judgement)
        == "'label' must be true (a desirable answer) or false, found a number")
    #expect(
      problem(#"{"prompt":"Q","completion":"A"}"#, for: .judgement)
        == "the record has the keys 'prompt', 'completion', the form {prompt, completion} of records with one answer; "
        + "this objective expects one of {prompt, completion, label}, {messages, label}, {conversations, label}, "
        + "{instruction, input?, output, label}, {conversations, chosen, rejected}, "
        + "{instruction, input?, chosen, rejected}, {prompt, chosen, rejected}, {messages, chosen, rejected}, "
        + "{chosen, rejected} (data.columns renames keys).")
  }

  @Test func columnsOfNoForm() {
    #expect(
      problem("{}", columns: ["instuction": "q"])
        == "data.columns: no form of record has the key 'instuction'; the keys are instruction, input, output, messages, "
        + "conversations, prompt, completion, text, chosen, rejected, ids, prompt_len, label, "
        + "system, history, tools, chat_template_kwargs. Did you mean 'instruction'?"
    )
  }
}
