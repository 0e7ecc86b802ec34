import Diagnostics
import Foundation
import StrictJSON
import TestSupport
import Testing
import Tokenization

@Suite("Training a tokenizer")
struct BytePairTrainerTests {
  private func merges(_ json: String) throws -> [[String]] {
    try JSONValue(parsing: Array(json.utf8))["model"]?["merges"]?.arrayValue?
      .map { $0.arrayValue?.compactMap(\.stringValue) ?? [] } ?? []
  }

  @Test("merges the most frequent pair, the one with the lower ids among equals, until the vocabulary is full")
  func merges() throws {
    // Sennrich et al.'s example: low 5, lower 2, newest 6, widest 3.
    let text = [("low", 5), ("lower", 2), ("newest", 6), ("widest", 3)]
      .map { Array(repeating: $0, count: $1).joined(separator: "\n") }.joined(separator: "\n")
    let json = try BytePairTrainer(vocabularySize: 256 + 6).train(texts: [text])
    #expect(try merges(json) == [["e", "s"], ["es", "t"], ["l", "o"], ["lo", "w"], ["e", "w"], ["n", "ew"]])
    let tokenizer = try Tokenizer(bytes: Data(json.utf8), name: "tokenizer.json")
    #expect(tokenizer.vocabularySize == 262)
    #expect(tokenizer.tokens("newest") == ["new", "est"])
  }

  @Test("splits digits on request")
  func digits() throws {
    let text = "1212 1212 1212 1212"
    let joined = try BytePairTrainer(vocabularySize: 300).train(texts: [text])
    let split = try BytePairTrainer(vocabularySize: 300, splitsDigits: true).train(texts: [text])
    #expect(try !merges(joined).isEmpty)
    #expect(try merges(split).isEmpty)
    #expect(try Tokenizer(bytes: Data(split.utf8), name: "t.json").tokens("x 12") == ["x", "Ġ", "1", "2"])
  }

  @Test("special tokens come first, and nothing merges across them")
  func specialTokens() throws {
    let texts = ["ab<|end|>ab<|end|>ab \"quoted\" \\ \u{1}"]
    let json = try BytePairTrainer(vocabularySize: 270, specialTokens: ["<|end|>", "\"\\\n"]).train(texts: texts)
    #expect(try merges(json) == [["a", "b"]])
    let tokenizer = try Tokenizer(bytes: Data(json.utf8), name: "tokenizer.json")
    #expect(tokenizer.id(of: "<|end|>") == 0 && tokenizer.id(of: "\"\\\n") == 1)
    #expect(tokenizer.tokens("ab<|end|>") == ["ab", "<|end|>"])
    #expect(tokenizer.decode(tokenizer.encode(texts[0]), skipSpecialTokens: false) == texts[0])
  }

  @Test(
    "refuses impossible options",
    arguments: [
      (BytePairTrainer(vocabularySize: 255), "expected 256"),
      (BytePairTrainer(vocabularySize: 257, specialTokens: ["<a>", "<b>"]), "expected 258"),
      (BytePairTrainer(vocabularySize: .max), "cannot be trained"),
      (BytePairTrainer(vocabularySize: 300, specialTokens: ["<a>", "<a>"]), "occurs twice"),
      (BytePairTrainer(vocabularySize: 300, specialTokens: [""]), "has 0 bytes"),
      (BytePairTrainer(vocabularySize: 300, specialTokens: ["a"]), "is also the token of a byte"),
    ])
  func refusals(trainer: BytePairTrainer, message: String) throws {
    do {
      _ = try trainer.train(texts: ["text"])
      Issue.record("not refused")
    } catch let error as UserError {
      #expect(error.kind == .recipe && error.message.contains(message), "\(error.message)")
    }
  }

  @Test("a file read in pieces gives the same tokenizer as its complete text", arguments: [false, true])
  func pieces(splitsDigits: Bool) throws {
    let lines = [
      "It's  the café 2024!\n\n", "\t\tindented 12  34\r\n", "<|end|>我们。\n我 🦙\u{3000}e\u{301}\n \n",
      "a\n<|end|>\n\n\n(b)  ",
      "new line\ntoken",
    ]
    // Each piece ends at another place in them.
    let text = (0..<130_000).map { lines[($0 + $0 / 13) % lines.count] + String(repeating: "x", count: $0 % 7) }
      .joined()
    #expect(text.utf8.count > 2 << 20)
    let trainer = BytePairTrainer(
      vocabularySize: 500, splitsDigits: splitsDigits, specialTokens: ["<|end|>", "line\ntoken"])
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("attune-\(UUID().uuidString).txt")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(text.utf8).write(to: file)
    #expect(try trainer.train(files: [file]) == trainer.train(texts: [text]))
  }

  @Test("a sparse file of ten gigabytes is refused")
  func sparse() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("attune-\(UUID().uuidString).txt")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("some words ".utf8).write(to: file)
    #expect(truncate(file.path, 10 << 30) == 0)
    let error = try #require(throws: UserError.self) { try BytePairTrainer(vocabularySize: 300).train(files: [file]) }
    #expect(error.kind == .file && error.message.contains("has more than 64 MiB without white space"), "\(error)")
  }

  @Test(
    "Python's tokenizers reads the file in the same way",
    .enabled(if: Python.hasTokenizers, "no Python with tokenizers here"))
  func python() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("attune-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let corpus = (0..<400).map { "Line \($0) of café \($0 * 7)\t— it's the end.\r\n\n" }.joined()
    let json = try BytePairTrainer(vocabularySize: 400, splitsDigits: true, specialTokens: ["<|end|>"]).train(texts: [
      corpus
    ])
    let file = folder.appendingPathComponent("tokenizer.json")
    try json.write(to: file, atomically: true, encoding: .utf8)
    let texts = ["It's  the café 2024!\n\n", "<|end|>我 🦙 e\u{301}", corpus]
    let input = folder.appendingPathComponent("texts.json")
    try JSONValue.array(texts.map { .string($0) }).compactText.write(to: input, atomically: true, encoding: .utf8)
    let output = try Python.run(
      """
      import json, sys
      from tokenizers import Tokenizer
      t = Tokenizer.from_file(sys.argv[1])
      ids = [t.encode(x).ids for x in json.load(open(sys.argv[2], encoding="utf8"))]
      print(json.dumps([[i, t.decode(i, skip_special_tokens=False)] for i in ids]))
      """, file.path, input.path)
    let tokenizer = try Tokenizer(contentsOf: file)
    let expected = try #require(try JSONValue(parsing: Array(output.utf8)).arrayValue)
    for (text, pair) in zip(texts, expected) {
      #expect(tokenizer.encode(text) == pair.arrayValue?[0].ids)
      #expect(tokenizer.decode(tokenizer.encode(text), skipSpecialTokens: false) == pair.arrayValue?[1].stringValue)
    }
  }
}

/// The Python that `ATTUNE_PYTHON` names, or `python3`.
enum Python {
  static let hasTokenizers = (try? run("import tokenizers")) != nil

  struct Failure: Error {}

  /// Runs a program and returns its output.
  static func run(_ program: String, _ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let python = ProcessInfo.processInfo.environment["ATTUNE_PYTHON"] ?? "python3"
    process.arguments = [python, "-c", program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure() }
    return String(decoding: output, as: UTF8.self)
  }
}
