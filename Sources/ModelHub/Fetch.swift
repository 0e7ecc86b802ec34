import Diagnostics
import Foundation
import InputFiles
import OutputFiles

/// Fetches a model from a hub into a folder.
package struct Fetch {
  private var client: HubClient
  private let folder: URL
  private let onEvent: (FetchEvent) throws -> Void

  /// Prepares a fetch.
  ///
  /// - Parameters:
  ///   - environment: `HF_ENDPOINT`, `HF_TOKEN` and `PATH`.
  ///   - retries: the default gives up after six failures in a row.
  ///   - onEvent: receives the progress; throwing cancels the fetch.
  /// - Throws: `UserError` if the environment is invalid or `curl` is missing.
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

  /// Lists the model's files, then fetches configuration and tokenizer, then the weights.
  ///
  /// - Throws: `UserError`. Whatever has arrived is kept, and the next fetch resumes there.
  package mutating func run() throws -> FetchResult {
    let listing = try list()
    client.listing = listing
    let small = NeededFiles.small(in: listing.files)
    var before = small
    if NeededFiles.needsIndex(listing.files) {
      before += listing.files.filter { $0.name == NeededFiles.index }
    } else {
      // Reject a model without weights before anything is written.
      _ = try NeededFiles.weights(in: listing.files, index: nil, model: client.model)
    }
    try createFolder(at: folder)
    let index = try index(in: before, listing)
    let weights = try NeededFiles.weights(in: listing.files, index: index, model: client.model)
    return try fetch(before, weights, listing)
  }

  /// Fetches the hub's list of the model's files.
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

  /// Fetches the index of the weights, if there is one: it names the files that contain them.
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

  /// Rejects a fetch for which the disk has too little space.
  private func checkSpace(for files: [HubFile]) throws {
    var needed = 0
    for file in files {
      let part = (try? InputFile(folder.appendingPathComponent(file.name + ".part").path))?.size ?? 0
      let (sum, overflow) = needed.addingReportingOverflow(max(0, (file.size ?? 0) - part))
      needed = overflow ? .max : sum
    }
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
    guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue, needed > free else { return }
    throw UserError.output("\(folder.path): the fetch needs \(needed) more bytes, but only \(free) are free")
  }
}
