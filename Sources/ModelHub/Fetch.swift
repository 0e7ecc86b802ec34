import Checkpoints
import Diagnostics
import Foundation
import InputFiles

/// Fetches a model from a hub into a folder.
package struct Fetch {
  private var client: HubClient
  private let folder: URL
  private let onEvent: (FetchEvent) throws -> Void

  /// Prepares a fetch.
  ///
  /// - Parameters:
  ///   - environment: `HF_ENDPOINT`, `HF_TOKEN` and `PATH`.
  ///   - retries: the default tries six times in a row before it gives up.
  ///   - onEvent: told how it goes; what it throws ends the fetch.
  /// - Throws: `UserError` where the environment is wrong or `curl` is missing.
  package init(
    _ model: ModelReference, into folder: URL, environment: [String: String] = ProcessInfo.processInfo.environment,
    retries: RetryPolicy = RetryPolicy(attempts: 6) { Thread.sleep(forTimeInterval: $0) },
    onEvent: @escaping (FetchEvent) throws -> Void
  ) throws {
    client = HubClient(
      hub: try Hub(environment: environment), model: model, curl: try Curl(environment: environment), retries: retries)
    self.folder = folder
    self.onEvent = onEvent
  }

  /// The story: what there is, configuration and tokenizer, which weights, the weights.
  ///
  /// - Throws: `UserError`. What has come by then stays, and the next start goes on from there.
  package mutating func run() throws -> FetchResult {
    let listing = try list()
    client.listing = listing
    let small = NeededFiles.small(in: listing.files)
    var before = small
    if NeededFiles.needsIndex(listing.files) {
      before += listing.files.filter { $0.name == NeededFiles.index }
    } else {
      // Refused before anything is written.
      _ = try NeededFiles.weights(in: listing.files, index: nil, model: client.model)
    }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw UserError.output("\(folder.path): cannot be created: \(systemReason(error))")
    }
    let index = try index(in: before, listing)
    let weights = try NeededFiles.weights(in: listing.files, index: index, model: client.model)
    return try fetch(before, weights, listing)
  }

  /// What the hub has of the model.
  private func list() throws -> Listing {
    let limit = 64 << 20
    let address = try client.hub.listing(of: client.model)
    let what = "\(client.model)"
    var bytes: [UInt8] = []
    try client.persist(what: what, progress: { 0 }, onEvent: onEvent) {
      bytes = []
      try client.ask(address, what: what) { _ in
      } onBody: { piece in
        bytes.append(contentsOf: piece)
        if bytes.count > limit { throw UserError.file("\(what): its list of files has more than \(limit) bytes") }
      }
    }
    return try Listing(parsing: bytes, model: client.model, place: what)
  }

  /// The index of the weights, fetched where there is one: it tells which weights are wanted.
  private func index(in files: [HubFile], _ listing: Listing) throws -> [UInt8]? {
    guard let file = files.first(where: { $0.name == NeededFiles.index }) else { return nil }
    let download = download(file, listing)
    if try !download.isPresent() { _ = try download.run(onBytes: { _, _ in }, onEvent: onEvent) }
    let path = folder.appendingPathComponent(file.name).path
    return [UInt8](try InputFile(path).contents(limit: 64 << 20))
  }

  private func download(_ file: HubFile, _ listing: Listing) -> FileDownload {
    FileDownload(client: client, commit: listing.commit, folder: folder, file: file)
  }

  private func fetch(_ small: [HubFile], _ weights: [HubFile], _ listing: Listing) throws -> FetchResult {
    let files = small + weights
    let present = Set(try files.filter { try download($0, listing).isPresent() }.map(\.name))
    let sizes = files.map { $0.size ?? 0 }
    let total = sizes.reduce(0) { $0.addingReportingOverflow($1).overflow ? .max : $0 + $1 }
    try onEvent(.planned(files: files.count, bytes: total, present: present.count))
    try checkSpace(for: files.filter { !present.contains($0.name) })
    var result: [(name: String, bytes: Int, digest: String?)] = []
    var (done, received) = (0, 0)
    for (position, file) in files.enumerated() {
      if position == small.count { try onEvent(.weightsNext) }
      if present.contains(file.name) {
        result.append((file.name, file.size ?? 0, file.digest?.text))
      } else {
        let (bytes, digest) = try download(file, listing).run(
          onBytes: { there, new in
            received += new
            try onEvent(.progress(file: file.name, bytes: done + there, received: received))
          }, onEvent: onEvent)
        result.append((file.name, bytes, digest))
      }
      done += result[position].bytes
    }
    return FetchResult(commit: listing.commit, license: listing.license, files: result)
  }

  /// Refuses a fetch that the disk has no room for.
  private func checkSpace(for files: [HubFile]) throws {
    var needed = 0
    for file in files {
      let part = (try? InputFile(folder.appendingPathComponent(file.name + ".part").path))?.size ?? 0
      let (sum, overflow) = needed.addingReportingOverflow(max(0, (file.size ?? 0) - part))
      needed = overflow ? .max : sum
    }
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
    guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue, needed > free else { return }
    throw UserError.output("\(folder.path): \(needed) bytes are to come, and \(free) are free there")
  }
}
