import InstructionData
import Testing

/// Answers of several messages, and the prompt before or inside them.
@Suite struct AnswerSeparationTests {
  /// Messages as JSON: `u:Q a:A` is a question and its answer.
  private func json(_ turns: String) -> String {
    let names = ["u": "user", "a": "assistant", "s": "system", "t": "tool"]
    let messages = turns.split(separator: " ").map { turn in
      let parts = turn.split(separator: ":")
      return #"{"role":"\#(names[String(parts[0])] ?? "")","content":"\#(parts[1])"}"#
    }
    return "[\(messages.joined(separator: ","))]"
  }

  private func text(_ messages: [Message]) -> String {
    messages.map { "\($0.role.rawValue.prefix(1)):\($0.content)" }.joined(separator: " ")
  }

  /// The prompt and the answers of a pair; the prompt column is JSON or nil.
  private func pair(_ prompt: String?, _ chosen: String, _ rejected: String) throws -> String {
    let column = prompt.map { #""prompt":\#($0),"# } ?? ""
    let record = try decodedRecord(
      #"{\#(column)"chosen":\#(json(chosen)),"rejected":\#(json(rejected))}"#, for: .preference)
    guard case .preference(let prompt, let chosen, let rejected, _) = record else { return "" }
    return [prompt, chosen, rejected].map(text).joined(separator: " | ")
  }

  @Test func answersAfterThePrompt() throws {
    #expect(try pair(json("u:Q"), "a:1 u:R a:2", "a:3") == "u:Q | a:1 u:R a:2 | a:3")
    #expect(try pair("\"Q\"", "a:1 u:R a:2", "a:3") == "u:Q | a:1 u:R a:2 | a:3")
    #expect(try pair(json("u:Q"), "a:1 t:T a:2", "a:1 t:T a:3") == "u:Q | a:1 t:T a:2 | a:1 t:T a:3")
  }

  @Test func thePromptInsideBothAnswersIsTheirCommonBeginning() throws {
    #expect(try pair(nil, "u:Q a:1", "u:Q a:2") == "u:Q | a:1 | a:2")
    #expect(try pair(nil, "u:Q a:1 u:R a:2", "u:Q a:1 u:R a:3") == "u:Q a:1 u:R | a:2 | a:3")
    #expect(try pair(nil, "u:Q a:1 u:R a:2", "u:Q a:3 u:S a:4") == "u:Q | a:1 u:R a:2 | a:3 u:S a:4")
    #expect(try pair(nil, "u:Q a:1", "u:Q a:1 u:R a:2") == "u:Q | a:1 | a:1 u:R a:2")
    #expect(try pair(nil, "u:Q a:1", "u:Q a:1") == "u:Q | a:1 | a:1")
  }

  @Test func aPromptThatTheAnswersRepeat() throws {
    #expect(try pair("\"Q\"", "u:Q a:1", "u:Q a:2") == "u:Q | a:1 | a:2")
    #expect(try pair("\" Q\\n\"", "s:S u:Q a:1", "s:S u:Q a:2") == "s:S u:Q | a:1 | a:2")
    #expect(try pair("\"Q\"", "u:Q a:1 u:R a:2", "u:Q a:1 u:R a:3") == "u:Q a:1 u:R | a:2 | a:3")
    #expect(try pair(json("u:P a:1 u:Q"), "u:P a:1 u:Q a:2", "u:P a:1 u:Q a:3") == "u:P a:1 u:Q | a:2 | a:3")
  }

  @Test func anOpeningThatTheAnswersContinue() throws {
    #expect(try pair(json("s:S"), "u:Q a:1", "u:Q a:2") == "s:S u:Q | a:1 | a:2")
    #expect(try pair(json("u:P a:1"), "u:Q a:2", "u:Q a:3") == "u:P a:1 u:Q | a:2 | a:3")
    #expect(try pair(json("u:P a:1"), "t:T a:2", "t:T a:3") == "u:P a:1 t:T | a:2 | a:3")
  }

  @Test func whatCanBeReadInSeveralWaysIsRefused() {
    func problem(_ prompt: String?, _ chosen: String, _ rejected: String) -> String? {
      message { _ = try pair(prompt, chosen, rejected) }
    }
    #expect(
      problem("\"P\"", "u:Q a:1", "u:Q a:2")
        == "'prompt' is not the prompt that 'chosen' and 'rejected' contain; remove 'prompt', or let the answers begin "
        + "with a message of the assistant")
    #expect(
      problem(nil, "u:Q a:1", "a:2") == "'chosen' contains the prompt, and 'rejected' does not; expected both alike")
    for (chosen, rejected) in [("u:P a:1", "u:Q a:2"), ("u:Q a:1 u:R a:2", "u:Q a:1 u:S a:3")] {
      #expect(
        problem(nil, chosen, rejected)
          == "'chosen' and 'rejected' both contain the prompt, but it differs between them")
    }
    #expect(
      problem(nil, "a:1", "a:2")
        == "'chosen' and 'rejected' contain no prompt before the answer, and there is no 'prompt'")
    #expect(
      problem(json("u:Q a:1"), "a:2", "a:3")
        == "the prompt ends with an assistant message; expected a message of another role")
    let weighted =
      #"[{"role":"user","content":"P"},{"role":"assistant","content":"1","weight":1},{"role":"user","#
      + #""content":"Q"}]"#
    #expect(problem(weighted, "a:2", "a:3")?.hasPrefix("a message of the prompt asks to be trained on") == true)
  }

  @Test func aCompletionOfSeveralMessages() throws {
    func record(_ prompt: String, _ completion: String, _ rest: String = "") throws -> Record {
      try decodedRecord(
        #"{"prompt":\#(prompt),"completion":\#(json(completion))\#(rest)}"#,
        for: rest.isEmpty ? .demonstration : .judgement)
    }
    guard case .conversation(let messages, _) = try record(json("u:P a:1 u:Q"), "a:2 u:R a:3") else {
      Issue.record("no conversation")
      return
    }
    #expect(text(messages) == "u:P a:1 u:Q a:2 u:R a:3")
    // The completion is trained on, answers within the prompt are not.
    #expect(messages.filter { $0.role == .assistant }.map(\.isTrained) == [false, true, true])
    for prompt in ["\"Q\"", json("u:Q")] {
      for completion in ["a:2 u:R a:3", "u:Q a:2 u:R a:3"] {
        guard case .judgement(let prompt, let answer, false, _) = try record(prompt, completion, ",\"label\":false")
        else {
          Issue.record("no judgement")
          continue
        }
        #expect(text(prompt) == "u:Q")
        #expect(text(answer) == "a:2 u:R a:3")
      }
    }
    #expect(message { _ = try record("\"P\"", "u:Q a:1") }?.hasPrefix("'prompt' is not the prompt that") == true)
  }

  @Test func aPromptWithItsToolsAsOpenAIWritesIt() throws {
    #expect(
      try decodedRecord(
        #"{"prompt":{"messages":\#(json("u:Q")),"tools":[{"name":"f"}]},"chosen":"1","rejected":"2"}"#, for: .preference
      )
        == .preference(
          prompt: [Message(.user, "Q")], chosen: [Message(.assistant, "1")], rejected: [Message(.assistant, "2")],
          ChatContext(tools: [["name": "f"]])))
  }

  @Test func judgedConversationsEndWithTheAnswer() {
    func problem(_ turns: String) -> String? {
      decodingProblem(#"{"messages":\#(json(turns)),"label":true}"#, for: .judgement)
    }
    #expect(problem("u:Q a:A") == nil)
    #expect(problem("u:Q a:A u:R") == "'messages' must end with an assistant message, the answer that 'label' judges")
    #expect(problem("a:A") == "'messages' has no prompt before its last message, the answer")
  }

  @Test func tokensOfAPromptAndItsCompletion() throws {
    #expect(
      try decodedRecord(#"{"prompt":[1,2],"completion":[3]}"#) == .tokens(ids: [1, 2, 3], promptLength: 2))
  }
}
