import Foundation
import Hashing
import ModelHub
import StrictJSON
import Synchronization

/// A model on a hub on this machine, and a folder to fetch it into.
final class HubFixture: Sendable {
  /// The files of the model.
  let files: [String: Data]
  /// The folder to fetch it into.
  let folder: URL
  /// The commit that the hub names.
  static let commit = String(repeating: "5a", count: 20)
  /// Whether curl is installed.
  static let hasCurl = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/curl") }
  /// The pauses between attempts, in seconds.
  let pauses = Mutex<[Double]>([])
  /// The reported reasons for new attempts.
  let reasons = Mutex<[String]>([])

  /// A model with a configuration, a tokenizer, weights of 300,000 bytes and files that nobody needs.
  init(_ changes: [String: Data?] = [:]) {
    let weights = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) })
    var files: [String: Data] = [
      "config.json": Data(#"{"model_type": "llama"}"#.utf8), "tokenizer.json": Data("{}".utf8),
      "chat_template.jinja": Data("{{ messages }}".utf8), "model.safetensors": weights,
      "pytorch_model.bin": Data("no".utf8), "onnx/model.onnx": Data("no".utf8), "README.md": Data("no".utf8),
    ]
    for (name, data) in changes { files[name] = data }
    self.files = files
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("attune-hub-\(UUID())/model")
  }

  deinit { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }

  /// The hub's answer about the model, in Hugging Face's format; safetensors are large files.
  func listing(extra: [(key: String, value: JSONValue)] = []) -> Data {
    let siblings = files.sorted { $0.key < $1.key }.map { name, data -> JSONValue in
      let blob = Self.gitName(of: data)
      guard name.hasSuffix(".safetensors") else {
        return ["rfilename": .string(name), "size": .integer(data.count), "blobId": .string(blob)]
      }
      return [
        "rfilename": .string(name), "size": .integer(data.count), "blobId": .string(String(repeating: "0", count: 40)),
        "lfs": ["sha256": .string(hexadecimal(Digest.sha256(of: data))), "size": .integer(data.count)],
      ]
    }
    let members: [(key: String, value: JSONValue)] = [
      ("sha", .string(Self.commit)), ("cardData", ["license": "apache-2.0"]), ("siblings", .array(siblings)),
    ]
    return Data(JSONValue.members(members + extra).compactText.utf8)
  }

  /// Git's name of a file.
  private static func gitName(of data: Data) -> String {
    let digest = Digest(.sha1)
    digest.update("blob \(data.count)\0")
    digest.update(data)
    return digest.finishInHexadecimal()
  }

  /// The file that a target `/a/model/resolve/COMMIT/NAME` asks for.
  func name(in request: Request) -> String? {
    let start = "/a/model/resolve/\(Self.commit)/"
    return request.target.hasPrefix(start) ? String(request.target.dropFirst(start.count)) : nil
  }

  /// What a hub without surprises answers.
  func answer(_ request: Request) -> Response {
    if request.target == "/api/models/a/model/revision/main?blobs=true" { return Response(body: listing()) }
    guard let name = name(in: request), let data = files[name] else { return Response(status: 404) }
    return .file(data, request)
  }

  /// Fetches the model from a server, without waiting between attempts.
  @discardableResult
  func fetch(
    from server: LoopbackServer, token: String? = nil, environment: [String: String] = [:], attempts: Int = 3
  ) throws -> FetchResult {
    var variables = ["HF_ENDPOINT": server.address, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]
    if let token { variables["HF_TOKEN"] = token }
    variables.merge(environment) { $1 }
    let retries = RetryPolicy(attempts: attempts) { [self] seconds in pauses.withLock { $0.append(seconds) } }
    var fetch = try Fetch(
      ModelReference("a/model"), into: folder, environment: variables, retries: retries
    ) { [self] event in
      if case .waiting(_, let reason) = event { reasons.withLock { $0.append(reason) } }
    }
    return try fetch.run()
  }

  /// The names in the folder.
  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted() }

  /// The contents of a file in the folder.
  func contents(_ name: String) -> Data? {
    FileManager.default.contents(atPath: folder.appendingPathComponent(name).path)
  }
}
