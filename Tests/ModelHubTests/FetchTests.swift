import Foundation
import ModelHub
import Synchronization
import Testing

@Suite("Fetching a model from a hub", .enabled(if: HubFixture.hasCurl, "the program curl is not installed"))
struct FetchTests {
  @Test("What a model needs is fetched, and nothing else")
  func neededFiles() throws {
    let fixture = HubFixture()
    let server = try LoopbackServer { fixture.answer($0) }
    defer { server.stop() }
    let result = try fixture.fetch(from: server)
    #expect(fixture.names == ["chat_template.jinja", "config.json", "model.safetensors", "tokenizer.json"])
    for name in fixture.names { #expect(fixture.contents(name) == fixture.files[name]) }
    #expect(result.commit == HubFixture.commit)
    #expect(result.license == "apache-2.0")
    #expect(result.files.map(\.bytes).reduce(0, +) == 300_039)
  }

  @Test("A lost connection resumes after the last byte")
  func cutConnection() throws {
    let fixture = HubFixture()
    let server = try LoopbackServer { request in
      guard fixture.name(in: request) == "model.safetensors", let data = fixture.files["model.safetensors"] else {
        return fixture.answer(request)
      }
      return .file(data, request, cutAfter: 120_000)
    }
    defer { server.stop() }
    try fixture.fetch(from: server)
    #expect(fixture.contents("model.safetensors") == fixture.files["model.safetensors"])
    let starts = server.requests.filter { fixture.name(in: $0) == "model.safetensors" }.map(\.firstByte)
    #expect(starts == [0, 120_000, 240_000])
    // Each attempt got further: the pauses don't grow.
    #expect(fixture.pauses.withLock { $0 } == [1, 1])
  }

  @Test("A later fetch resumes what an earlier one left, and complete files aren't fetched again")
  func secondStart() throws {
    let fixture = HubFixture()
    let isDown = Atomic(true)
    let server = try LoopbackServer { request in
      guard fixture.name(in: request) == "model.safetensors", let data = fixture.files["model.safetensors"] else {
        return fixture.answer(request)
      }
      return isDown.load(ordering: .relaxed)
        ? (request.firstByte == 0 ? .file(data, request, cutAfter: 50_000) : Response(status: 503))
        : .file(data, request)
    }
    defer { server.stop() }
    #expect { try fixture.fetch(from: server) } throws: {
      "\($0)".contains("answered 503; gave up after 3 attempts. The bytes received so far are kept")
    }
    #expect(fixture.names.contains("model.safetensors.part"))
    isDown.store(false, ordering: .relaxed)
    let before = server.requests.count
    try fixture.fetch(from: server)
    #expect(fixture.contents("model.safetensors") == fixture.files["model.safetensors"])
    #expect(server.requests[before...].map(\.firstByte) == [0, 50_000])
    #expect(!fixture.names.contains("model.safetensors.part"))
  }

  @Test("A server without ranges is asked for the complete file")
  func noRanges() throws {
    let fixture = HubFixture()
    let cut = Atomic(true)
    let server = try LoopbackServer { request in
      guard fixture.name(in: request) == "model.safetensors", let data = fixture.files["model.safetensors"] else {
        return fixture.answer(request)
      }
      return Response(body: data, cutAfter: cut.exchange(false, ordering: .relaxed) ? 9_000 : nil)
    }
    defer { server.stop() }
    try fixture.fetch(from: server)
    #expect(fixture.contents("model.safetensors") == fixture.files["model.safetensors"])
  }

  @Test("Contents with another digest are deleted", arguments: ["model.safetensors", "config.json"])
  func wrongDigest(name: String) throws {
    let fixture = HubFixture()
    let server = try LoopbackServer { request in
      guard fixture.name(in: request) == name, var data = fixture.files[name] else { return fixture.answer(request) }
      data[data.count / 2] ^= 1
      return .file(data, request)
    }
    defer { server.stop() }
    #expect { try fixture.fetch(from: server) } throws: {
      "\($0)".contains("\(name) of a/model@main: the downloaded file has the digest")
        && "\($0)".contains("has been deleted")
    }
    #expect(!fixture.names.contains { $0.hasPrefix(name) })
  }

  @Test("The beginning of another file is noticed and deleted")
  func foreignPart() throws {
    let fixture = HubFixture()
    try FileManager.default.createDirectory(at: fixture.folder, withIntermediateDirectories: true)
    try Data(repeating: 7, count: 1000).write(to: fixture.folder.appendingPathComponent("model.safetensors.part"))
    let server = try LoopbackServer { fixture.answer($0) }
    defer { server.stop() }
    try fixture.fetch(from: server)
    #expect(fixture.contents("model.safetensors") == fixture.files["model.safetensors"])
    #expect(fixture.reasons.withLock { $0 }.contains { $0.contains("the existing part belongs to another file") })
  }

  @Test("More bytes than announced are rejected")
  func tooManyBytes() throws {
    let fixture = HubFixture()
    let server = try LoopbackServer { request in
      guard fixture.name(in: request) == "config.json" else { return fixture.answer(request) }
      return Response(body: Data(repeating: 0x20, count: 5_000_000))
    }
    defer { server.stop() }
    #expect { try fixture.fetch(from: server) } throws: {
      "\($0)".contains("config.json of a/model@main: the hub lists 23 bytes, but sends 5000000")
    }
  }

  @Test("Files of the same name but other contents in the folder are left alone")
  func otherModelInFolder() throws {
    let fixture = HubFixture()
    try FileManager.default.createDirectory(at: fixture.folder, withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: fixture.folder.appendingPathComponent("config.json"))
    let server = try LoopbackServer { fixture.answer($0) }
    defer { server.stop() }
    #expect { try fixture.fetch(from: server) } throws: { "\($0)".contains("config.json: already exists and differs") }
    #expect(fixture.contents("config.json") == Data("mine".utf8))
  }

  @Test("Of several safetensors files, those in the index are fetched")
  func shards() throws {
    let index = #"{"weight_map": {"a": "model-1-of-2.safetensors", "b": "model-2-of-2.safetensors"}}"#
    let fixture = HubFixture([
      "model.safetensors": nil, "model.safetensors.index.json": Data(index.utf8),
      "model-1-of-2.safetensors": Data("one".utf8), "model-2-of-2.safetensors": Data("two".utf8),
      "consolidated.safetensors": Data("both".utf8),
    ])
    let server = try LoopbackServer { fixture.answer($0) }
    defer { server.stop() }
    try fixture.fetch(from: server)
    #expect(
      fixture.names.filter { $0.contains("model") } == [
        "model-1-of-2.safetensors", "model-2-of-2.safetensors", "model.safetensors.index.json",
      ])
    #expect(!fixture.names.contains("consolidated.safetensors"))
  }

  @Test("A model without safetensors is rejected before anything is written")
  func noSafetensors() throws {
    let fixture = HubFixture(["model.safetensors": nil])
    let server = try LoopbackServer { fixture.answer($0) }
    defer { server.stop() }
    #expect { try fixture.fetch(from: server) } throws: {
      "\($0)".contains("a/model@main has no safetensors, only other forms (pytorch_model.bin)")
    }
    #expect(fixture.names.isEmpty)
  }

  @Test("Without curl the message says what to install")
  func noCurl() throws {
    let fixture = HubFixture()
    let server = try LoopbackServer { fixture.answer($0) }
    defer { server.stop() }
    #expect { try fixture.fetch(from: server, environment: ["PATH": "/nowhere"]) } throws: {
      "\($0)".contains("cannot find the program 'curl', which downloads the files: install it")
    }
  }
}
