import Foundation
import ModelHub
import Testing

@Suite("Whom a fetch trusts, and with what", .enabled(if: HubFixture.hasCurl, "the program curl is not installed"))
struct TrustTests {
  @Test("Only the hub receives the token")
  func tokenStaysAtHome() throws {
    let fixture = HubFixture()
    let store = try LoopbackServer { request in
      .file(fixture.files["model.safetensors"] ?? Data(), request)
    }
    let hub = try LoopbackServer { request in
      fixture.name(in: request) == "model.safetensors"
        ? .redirection(to: store.address + "/weights?signature=1") : fixture.answer(request)
    }
    defer {
      store.stop()
      hub.stop()
    }
    try fixture.fetch(from: hub, token: "hf_secret")
    #expect(hub.requests.allSatisfy { $0.fields["authorization"] == "Bearer hf_secret" })
    #expect(store.requests.map(\.target) == ["/weights?signature=1"])
    #expect(store.requests.allSatisfy { request in !request.fields.values.contains { $0.contains("hf_secret") } })
  }

  @Test("A redirection on the hub itself keeps the token")
  func tokenOnTheHub() throws {
    let fixture = HubFixture()
    let hub = try LoopbackServer { request in
      if request.target == "/cache/config" { return .file(fixture.files["config.json"] ?? Data(), request) }
      return fixture.name(in: request) == "config.json" ? .redirection(to: "/cache/config") : fixture.answer(request)
    }
    defer { hub.stop() }
    try fixture.fetch(from: hub, token: "hf_secret")
    #expect(hub.requests.contains { $0.target == "/cache/config" && $0.fields["authorization"] != nil })
  }

  @Test(
    "Addresses that could be read in two ways are not followed",
    arguments: [
      "http://127.0.0.1:1\\@evil.example/x", "http://user@evil.example/x", "file:///etc/passwd", "",
      "ftp://a.example/x",
    ])
  func strangeRedirections(location: String) throws {
    let fixture = HubFixture()
    let hub = try LoopbackServer { request in
      fixture.name(in: request) == "config.json" ? .redirection(to: location) : fixture.answer(request)
    }
    defer { hub.stop() }
    #expect { try fixture.fetch(from: hub) } throws: {
      "\($0)".contains("redirects to '\(location)'; expected an address")
    }
  }

  @Test(
    "A name that leaves the folder is rejected, and nothing is written",
    arguments: [
      "../evil.json", "/etc/evil.json", "a/../../config.json", "config.json/", "a\\..\\config.json", "tokenizer\n.json",
    ])
  func namesThatLeave(name: String) throws {
    let fixture = HubFixture([name: Data("evil".utf8)])
    let hub = try LoopbackServer { fixture.answer($0) }
    defer { hub.stop() }
    #expect { try fixture.fetch(from: hub) } throws: { "\($0)".contains("whose name would leave the folder") }
    #expect(fixture.names.isEmpty)
  }

  @Test(
    "The message explains a refusal",
    arguments: [
      (401, "", nil, "there is no model a/model, or it is private or gated"),
      (401, "", "hf_x", "does not know the token in HF_TOKEN"),
      (401, "GatedRepo", nil, "the model is gated: accept its conditions at"),
      (403, "GatedRepo", "hf_x", "the one that HF_TOKEN belongs to"),
      (404, "RepoNotFound", nil, "check the spelling"),
      (404, "RevisionNotFound", nil, "a/model has no revision 'main'"),
    ] as [(Int, String, String?, String)])
  func refusals(status: Int, code: String, token: String?, meaning: String) throws {
    let fixture = HubFixture()
    let hub = try LoopbackServer { _ in
      Response(status: status, fields: ["X-Error-Code": code, "X-Error-Message": "as the hub says"])
    }
    defer { hub.stop() }
    #expect { try fixture.fetch(from: hub, token: token) } throws: {
      "\($0)".contains(meaning) && "\($0)".contains("the hub answered \(status) (\"as the hub says\")")
    }
    #expect(hub.requests.count == 1)
  }

  @Test("A gated model names its licence and where to accept it")
  func gated() throws {
    let fixture = HubFixture()
    let hub = try LoopbackServer { request in
      fixture.name(in: request) == nil
        ? Response(body: fixture.listing(extra: [("gated", "manual")])) : Response(status: 403)
    }
    defer { hub.stop() }
    #expect { try fixture.fetch(from: hub) } throws: {
      "\($0)".contains("the model is gated: accept its licence (apache-2.0) at \(hub.address)/a/model")
    }
  }

  @Test(
    "An invalid or lying list is rejected",
    arguments: [
      ("<html>", "the answer is not a hub's list of files"), ("{}", "the answer lists no files"),
      (#"{"siblings": [{"rfilename": "a"}, {"rfilename": "a"}]}"#, "lists the file 'a' twice"),
      (#"{"siblings": [{"rfilename": "a", "size": -1}]}"#, "the hub says that a has -1 bytes"),
      (#"{"siblings": [{}]}"#, "lists a file without a name"),
    ])
  func wrongLists(text: String, problem: String) throws {
    let fixture = HubFixture()
    let hub = try LoopbackServer { _ in Response(body: Data(text.utf8)) }
    defer { hub.stop() }
    #expect { try fixture.fetch(from: hub) } throws: { "\($0)".contains(problem) }
  }

  @Test(
    "Invalid names are rejected",
    arguments: [
      "model", "a/b/c", "../b", "a/..", "a b/c", "https://huggingface.co/a/b", "a/b@", "a/b@../c", "-a/b",
    ])
  func strangeNames(text: String) {
    #expect(throws: (any Error).self) { try ModelReference(text) }
  }
}
