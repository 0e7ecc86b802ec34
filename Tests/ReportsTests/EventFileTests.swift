import Foundation
import Reports
import StrictJSON
import Testing

@Suite("TensorBoard's event files")
struct EventFileTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("attune-events-\(UUID())")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  private func step(_ step: Int, _ loss: Double) -> JSONValue {
    ["event": "step", "step": .integer(step), "loss": .double(loss), "learning_rate": 0.001]
  }

  private var files: [URL] {
    get throws {
      try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        .sorted { $0.path < $1.path }
    }
  }

  @Test("CRC-32C of RFC 3720's examples")
  func checksum() throws {
    for (bytes, expected) in [
      (Data(repeating: 0, count: 32), 0x8A91_36AA), (Data(repeating: 0xFF, count: 32), 0x62A8_AB43),
      (Data(0..<32), 0x46DD_794E),
    ] as [(Data, UInt32)] {
      let file = folder.appendingPathComponent("bytes")
      try bytes.write(to: file)
      #expect(fileChecksum(file.path) == expected)
    }
    #expect(fileChecksum(folder.path + "/nothing") == nil)
  }

  @Test("a file begins with the record that TensorFlow's own files begin with")
  func beginning() throws {
    _ = try TensorBoardLog(in: folder, recipe: "seed: 42")
    let bytes = try Data(contentsOf: files[0])
    // The length of 26 bytes (a time, a step, the version), and the masked checksum of that length.
    #expect(bytes.prefix(8) == Data([26, 0, 0, 0, 0, 0, 0, 0]))
    #expect(bytes[12..<13] == Data([0x09]))
    #expect(String(decoding: bytes[25..<38], as: UTF8.self) == "brain.Event:2")
  }

  @Test("a resumed run writes a file that sorts after the first, even in the same second")
  func names() throws {
    for step in [nil, 3, 5] { _ = try TensorBoardLog(in: folder, recipe: "", resumingAt: step) }
    let seconds = try files.compactMap { Int($0.lastPathComponent.split(separator: ".")[3]) }
    #expect(seconds.count == 3)
    #expect(Set(seconds).count == 3)
  }

  @Test(
    "TensorBoard's own reader lists scalars and texts, and after a resumption each step once",
    .enabled(if: Tools.hasTensorBoard, "the Python that ATTUNE_PYTHON names has no tensorboard"))
  func reader() throws {
    let first = try TensorBoardLog(in: folder, recipe: "seed: 42\nmodel:\n  path: tiny")
    for number in 1...5 { try first.record(step(number, Double(number))) }
    try first.record(["event": "evaluation", "step": 5, "loss": 0.5, "sources": []])
    let second = try TensorBoardLog(in: folder, recipe: "seed: 42", resumingAt: 3)
    for number in 4...6 { try second.record(step(number, 10 * Double(number))) }
    try second.record([
      "event": "samples", "step": 6, "samples": [["prompt": "Why?", "answer": "Because.\nReally."]],
    ])
    let script = """
      import sys, json
      from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
      events = EventAccumulator(sys.argv[1], size_guidance={'tensors': 0, 'scalars': 0}); events.Reload()
      print(json.dumps({
        'scalars': {t: [[e.step, e.value] for e in events.Scalars(t)] for t in events.Tags()['scalars']},
        'texts': {t: [e.tensor_proto.string_val[0].decode() for e in events.Tensors(t)]
                  for t in events.Tags()['tensors']}}, sort_keys=True))
      """
    let run = try Tools.run(Tools.python, ["-c", script, folder.path])
    #expect(run.code == 0, "\(run.messages)")
    let found = try JSONValue(parsing: Data(run.output.utf8))
    let losses = found["scalars"]?["train/loss"]?.arrayValue?.map { $0.arrayValue?.map(\.doubleValue) }
    #expect(losses == [[1, 1], [2, 2], [3, 3], [4, 40], [5, 50], [6, 60]])
    #expect(found["scalars"]?.objectValue?.keys == ["held_out/loss", "train/learning_rate", "train/loss"])
    #expect(found["texts"]?.objectValue?.keys == ["recipe", "samples/1"])
    #expect(found["texts"]?["samples/1"]?.arrayValue?.first?.stringValue?.contains("    Because.\n    Really.") == true)
  }
}
