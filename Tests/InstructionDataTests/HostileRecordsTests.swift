import Diagnostics
import Foundation
import InstructionData
import Randomness
import Testing

/// Bytes from anywhere: every file is read or refused with an error of ours; nothing traps or hangs.
@Suite struct HostileRecordsTests {
  static let valid = [
    #"{"instruction":"Add.","input":"2 \u00e9","output":"4"}"#,
    #"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A\n"}]}"#,
    #"{"conversations":[{"from":"human","value":"Q"},{"from":"gpt","value":"A"}]}"#,
    #"{"prompt":"P","completion":"C"}"#, #"{"text":"Some text."}"#, #"{"ids":[1,2,3],"prompt_len":1}"#,
    #"{"prompt":"Q","chosen":"A","rejected":[{"role":"assistant","content":"B"}]}"#,
    #"{"prompt":[1],"chosen":[2],"rejected":[3]}"#, #"{"prompt":"P","completion":"C","label":true}"#,
  ]

  /// Mutations of each kind of file; `ATTUNE_FUZZ_ITERATIONS` in the environment asks for more.
  static let mutations = ProcessInfo.processInfo.environment["ATTUNE_FUZZ_ITERATIONS"].flatMap { Int($0) } ?? 1500

  @Test(arguments: ["jsonl", "json", "txt"]) func mutatedFiles(_ form: String) throws {
    let workspace = try Workspace()
    let encoder = CharacterTokenizer.encoder(prefix: ["<s>"], endOfText: "</s>")
    let text = form == "json" ? "[\(Self.valid.joined(separator: ",\n"))]" : Self.valid.joined(separator: "\n")
    let loader = try DataLoader(
      template: .zephyr, encoder: encoder, options: DataOptions(maximumLength: 40, lengthPolicy: .truncate), threads: 1)
    var random = RandomStream(seed: 2, path: [])
    var (read, refused) = (0, 0)
    for _ in 0..<Self.mutations {
      let path = try workspace.file("mutated.\(form)", mutated(Array(text.utf8), &random))
      for purpose in RecordPurpose.allCases {
        do {
          let source = DataSource(path: path)
          let handling = random.next(below: 2) == 0 ? ProblemHandling.throwFirst : .collect(limit: 5)
          switch purpose {
          case .demonstration: _ = try loader.demonstrations(from: [source], problems: handling)
          case .preference: _ = try loader.preferences(from: [source], problems: handling)
          case .judgement: _ = try loader.judgements(from: [source], problems: handling)
          }
          read += 1
        } catch {
          #expect(error is UserError || error is UserErrors, "\(error)")
          refused += 1
        }
      }
    }
    #expect(refused > 0)
    #expect(form != "txt" || read > 0)
  }

  /// Some bytes changed, taken out, doubled or cut off.
  private func mutated(_ bytes: [UInt8], _ random: inout RandomStream) -> [UInt8] {
    var bytes = bytes
    let interesting = Array("\"\\{}[],:09-eEu\n\0".utf8) + [0x80, 0xC0, 0xE2, 0xFF]
    for _ in 0...random.next(below: 4) where !bytes.isEmpty {
      let place = random.next(below: bytes.count)
      switch random.next(below: 6) {
      case 0: bytes[place] = UInt8(random.next(below: 256))
      case 1: bytes[place] = interesting[random.next(below: interesting.count)]
      case 2: bytes.remove(at: place)
      case 3: bytes.insert(interesting[random.next(below: interesting.count)], at: place)
      case 4: bytes.removeSubrange(place...)
      default:
        let end = place + random.next(below: min(40, bytes.count - place))
        bytes.insert(contentsOf: bytes[place...end], at: random.next(below: bytes.count))
      }
    }
    return bytes
  }

  @Test func deepNestingIsRefused() throws {
    let workspace = try Workspace()
    let deep = String(repeating: "[", count: 100_000)
    let loader = try DataLoader(template: .plain, encoder: nil, options: DataOptions())
    for name in ["a.jsonl", "a.json"] {
      let path = try workspace.file(name, "{\"text\":\(deep)")
      #expect(kind { _ = try loader.demonstrations(from: [DataSource(path: path)]) } == .file)
    }
    let array = try workspace.file("b.json", deep)
    #expect(kind { _ = try loader.demonstrations(from: [DataSource(path: array)]) } == .file)
  }

  @Test func aMillionCharactersOnOneLineAreRead() throws {
    let workspace = try Workspace()
    let path = try workspace.file("a.jsonl", "{\"text\":\"\(String(repeating: "x", count: 1_000_000))\"}")
    let encoder = CharacterTokenizer.encoder(endOfText: "</s>")
    let options = DataOptions(maximumLength: 1000, lengthPolicy: .split)
    let data = try DataLoader(template: .plain, encoder: encoder, options: options).demonstrations(
      from: [DataSource(path: path)])
    #expect(data.total.examples == 1000)
  }

  @Test(arguments: ["jsonl", "json", "txt"]) func aSparseFileOfTenGigabytesIsRefused(_ form: String) throws {
    let workspace = try Workspace()
    let path = try workspace.file("sparse.\(form)", form == "json" ? "[" : "")
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.truncate(atOffset: 10 << 30)
    try file.close()
    let loader = try DataLoader(
      template: .plain, encoder: CharacterTokenizer.encoder(), options: DataOptions(), threads: 1)
    let problem = message { _ = try loader.demonstrations(from: [DataSource(path: path)]) }
    let expected = [
      "jsonl": "sparse.jsonl:1: the line is longer than 64 MiB",
      "json": "sparse.json:1: the record is longer than 64 MiB",
      "txt":
        "sparse.txt: a .txt file is one record and may hold 256 MiB at most; write it as JSONL, one {\"text\": …} a line",
    ]
    #expect(problem == expected[form])
  }
}
