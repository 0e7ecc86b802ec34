import Foundation
import InstructionData
import StrictJSON
import TestSupport
import Testing
import Tokenization

/// A Python with transformers.
private let transformersPython = ProcessInfo.processInfo.environment["ATTUNE_PYTHON"]

/// The templates of real models with their tokenizers, beside Python's transformers: ids, and which are trained on.
@Suite(
  .enabled(if: Python.isThere, "ATTUNE_PYTHON names no Python with transformers"),
  .enabled(if: Shared.has("assets/tokenizers"), "needs ../shared/assets"))
struct TransformersTests {
  /// Renders each record as `apply_chat_template` does, and marks the assistant's text by the template's own markers.
  static let program = #"""
    import json, re, sys
    from tokenizers import Tokenizer
    from transformers.utils.chat_template_utils import render_jinja_template
    folder, records, signs = sys.argv[1], sys.argv[2], sys.argv[3]
    configuration = json.load(open(folder + "/tokenizer_config.json"))
    tokenizer = Tokenizer.from_file(folder + "/tokenizer.json")
    token = lambda t: t["content"] if isinstance(t, dict) else t
    special = {k: token(v) for k, v in configuration.items() if k.endswith("_token") and v and not isinstance(v, bool)}
    rows = []
    for line in open(records):
        record = json.loads(line)
        # As apply_chat_template does.
        messages = [{k: v for k, v in m.items() if v is not None} for m in record["messages"]]
        def render(prompt):
            return render_jinja_template([messages], tools=record.get("tools"),
                chat_template=configuration["chat_template"], add_generation_prompt=prompt, **special)[0][0]
        try:
            encoding = tokenizer.encode(render(False), add_special_tokens=False)
            spans = [m.span(1) for m in re.finditer(signs, render(False), re.S)]
            trained = [i for i, (a, b) in enumerate(encoding.offsets) if any(s <= a < e for s, e in spans)]
            asked = tokenizer.encode(render(True), add_special_tokens=False).ids
            rows.append({"ids": encoding.ids, "trained": trained, "asked": asked})
        except Exception as error:
            rows.append({"error": str(error)})
    print(json.dumps(rows))
    """#

  static let records = [
    #"{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello!"}]}"#,
    #"{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"  What is 12+3? "},"#
      + #"{"role":"assistant","content":"It's 15."},{"role":"user","content":"Thänks 北京 👩‍👩‍👧\n\n"},"#
      + #"{"role":"assistant","content":"You're\n\nwelcome\t "}]}"#,
    #"{"messages":[{"role":"user","content":""},{"role":"assistant","content":"two  spaces"}]}"#,
    #"{"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"x <think>y</think>z"},"#
      + #"{"role":"user","content":"v"},{"role":"assistant","content":"w"}]}"#,
    #"{"messages":[{"role":"user","content":"Weather?"},{"role":"assistant","content":null,"tool_calls":[{"type":"#
      + #""function","function":{"name":"weather","arguments":"{\"city\": \"Zürich\"}"}}]},{"role":"tool","name":"#
      + #""weather","content":"21.5"},{"role":"assistant","content":"21.5 degrees"}],"tools":[{"type":"function","#
      + #""function":{"name":"weather","description":"<now>","parameters":{"type":"object","properties":{}}}}]}"#,
  ]

  @Test(arguments: [
    ("models/SmolLM2-135M-Instruct", #"<\|im_start\|>assistant\n(.*?<\|im_end\|>)"#),
    ("tokenizers/qwen2.5", #"<\|im_start\|>assistant\n(.*?<\|im_end\|>)"#),
    ("tokenizers/llama3", "(?:<｜Assistant｜>|<｜tool▁outputs▁end｜>)(.*?(?:<｜end▁of▁sentence｜>|<｜tool▁call▁end｜>))"),
  ])
  func idsAndMarksAreThoseOfTransformers(_ folder: String, _ signs: String) throws {
    let workspace = try Workspace()
    let path = Shared.path("assets/\(folder)")
    let records = try workspace.file("records.jsonl", Self.records.joined(separator: "\n") + "\n")
    let expected = try JSONValue(parsing: Data(Self.run(Self.program, path, records, signs).utf8)).arrayValue ?? []
    let names = ["tokenizer_config.json"]
    let files = try Dictionary(
      uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(fileURLWithPath: "\(path)/\($0)"))) })
    let encoder = try TextEncoder(Tokenizer(contentsOf: URL(fileURLWithPath: "\(path)/tokenizer.json")))
    let model = try ModelTemplate(files: files, place: path)
    let loader = try DataLoader(
      template: .model, model: model.map { .success($0) }, encoder: encoder,
      options: DataOptions(maximumLength: 9999, lostParts: .allow))
    #expect(expected.count == Self.records.count)
    var equal = 0
    for (record, row) in zip(Self.records, expected) {
      let file = try workspace.file("one.jsonl", record)
      if row["error"] != nil {
        #expect(throws: (any Error).self) { try loader.demonstrations(from: [DataSource(path: file)]) }
        continue
      }
      let example = try loader.demonstrations(from: [DataSource(path: file)]).examples[0]
      #expect(example.tokens == Self.ids(row["ids"]), "\(record)")
      #expect(example.trained.flatMap { $0.map(Int32.init) } == Self.ids(row["trained"]), "\(record)")
      equal += 1
    }
    #expect(equal >= 4)
    // What the model sees at inference: the prompt without its answer.
    let asked = try loader.prompts(
      from: try workspace.file("asked.jsonl", #"{"messages":[{"role":"user","content":"Hi"}]}"#))
    let whole = try JSONValue(
      parsing: Data(
        Self.run(
          Self.program, path, try workspace.file("a.jsonl", #"{"messages":[{"role":"user","content":"Hi"}]}"# + "\n"),
          signs
        ).utf8))
    #expect(asked[0].tokens == Self.ids(whole.arrayValue?.first?["asked"]))
  }

  private static func ids(_ value: JSONValue?) -> [Int32] {
    value?.arrayValue?.compactMap { $0.intValue.map(Int32.init) } ?? []
  }

  private static func run(_ program: String, _ arguments: String...) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: transformersPython ?? "")
    process.arguments = ["-c", program] + arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text
  }
}
