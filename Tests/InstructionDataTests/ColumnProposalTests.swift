import Testing

/// The renaming of keys that would make a record fit, ready to be copied into a recipe.
@Suite struct ColumnProposalTests {
  @Test(arguments: [
    (#"{"frage":"a","antwort":"b"}"#, "prompt: frage, completion: antwort"),
    (#"{"question":"a","answer":"b","id":3}"#, "prompt: question, completion: answer"),
    (#"{"input":"a","output":"b"}"#, "prompt: input, completion: output"),
    (#"{"pregunta":"a","respuesta":"b"}"#, "prompt: pregunta, completion: respuesta"),
    (#"{"instruction":"a","response":"b"}"#, "output: response"),
    (#"{"prompt":"a","response":"b"}"#, "completion: response"),
    (
      #"{"question":"a","context":"c","answer":"b"}"#, "instruction: question, output: answer, input: context"
    ),
    (
      #"{"system_prompt":"s","question":"a","response":"b"}"#,
      "prompt: question, completion: response, system: system_prompt"
    ),
    (#"{"dialog":[{"role":"user","content":"a"}]}"#, "messages: dialog"),
    (#"{"chat":[{"from":"human","value":"a"}]}"#, "conversations: chat"),
    (#"{"foo bar":"a","Baz":"b"}"#, #"prompt: "foo bar", completion: Baz"#),
    (#"{"id":"7","no":"a"}"#, #"text: "no""#),
    (#"{"instruction":"a","ouput":"b"}"#, "output: ouput"),
  ])
  func ofRecordsWithOneAnswer(_ json: String, _ columns: String) {
    let problem = decodingProblem(json)
    #expect(problem?.hasSuffix(" With data.columns: {\(columns)} the record fits.") == true, "\(problem ?? "")")
  }

  @Test(arguments: [
    (#"{"question":"a","chosen":"b","rejected":"c"}"#, "prompt: question"),
    (#"{"query":"a","good":"b","bad":"c"}"#, "prompt: query, chosen: good, rejected: bad"),
    (#"{"prompt":"a","better":"b","worse":"c"}"#, "chosen: better, rejected: worse"),
    (
      #"{"input":{"messages":[{"role":"user","content":"a"}]},"preferred_output":[{"role":"assistant","content":"b"}],"#
        + #""non_preferred_output":[{"role":"assistant","content":"c"}]}"#,
      "prompt: input, chosen: preferred_output, rejected: non_preferred_output"
    ),
  ])
  func ofPairs(_ json: String, _ columns: String) {
    let problem = decodingProblem(json, for: .preference)
    #expect(problem?.hasSuffix(" With data.columns: {\(columns)} the record fits.") == true, "\(problem ?? "")")
  }

  @Test func ofJudgedAnswers() {
    #expect(
      decodingProblem(#"{"question":"a","answer":"b","liked":true}"#, for: .judgement)?.hasSuffix(
        " With data.columns: {prompt: question, completion: answer, label: liked} the record fits.") == true)
  }

  @Test(arguments: [
    #"{"a":"1","b":"2","c":"3"}"#, #"{"question":"a","answer":["b"]}"#, "{}", #"{"id":"7","source":"x"}"#,
  ])
  func nothingIsProposedThatWouldNotFit(_ json: String) {
    #expect(decodingProblem(json)?.contains("data.columns: {") == false)
  }

  @Test func columnsThatAreRenamedAlreadyAreKept() {
    #expect(
      decodingProblem(#"{"frage":"a","antwort":"b"}"#, columns: ["prompt": "frage"])?.hasSuffix(
        " With data.columns: {prompt: frage, completion: antwort} the record fits.") == true)
  }
}
