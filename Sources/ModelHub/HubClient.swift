import Diagnostics

/// Sends requests to a hub: follows redirections, and tries again after the connection is lost.
struct HubClient {
  let hub: Hub
  let model: ModelReference
  let curl: Curl
  let retries: RetryPolicy
  /// The hub's description of the model, once it is known.
  var listing: Listing?

  /// More redirections than this count as a loop.
  private static let redirectionLimit = 10

  /// Sends a request once and follows redirections.
  ///
  /// Each redirection is a separate request, so that only the hub's host receives the token.
  ///
  /// - Parameters:
  ///   - what: the name of the requested file in messages.
  ///   - offset: how many bytes have already arrived.
  ///   - onHead: receives the head of the answer, whose status is 200 or 206.
  /// - Throws: ``TransferFailure`` if a retry may help, `UserError`, or what the closures throw.
  func ask(
    _ start: HTTPAddress, what: String, offset: Int = 0,
    onHead: (HTTPHead) throws -> Void, onBody: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var address = start
    for _ in 0..<Self.redirectionLimit {
      var next: HTTPAddress?
      try curl.get(address, token: hub.token(for: address), offset: offset) { head in
        next = try redirection(head, from: address, what)
        if next == nil {
          try check(head, address, what)
          try onHead(head)
        }
      } onBody: { bytes in
        if next == nil { try onBody(bytes) }
      }
      guard let next else { return }
      address = next
    }
    throw UserError.file("\(what): the hub redirects in a circle, last to \(address.origin)")
  }

  /// Repeats something until it succeeds, fails permanently, or fails too often without progress.
  ///
  /// - Parameter progress: returns how many bytes have arrived.
  func persist(
    what: String, progress: () -> Int, onEvent: (FetchEvent) throws -> Void, _ body: () throws -> Void
  ) throws {
    var failures = 0
    while true {
      let before = progress()
      do {
        return try body()
      } catch let failure as TransferFailure {
        failures = progress() > before ? 1 : failures + 1
        guard failures < retries.attempts else {
          let hint = progress() > 0 ? ". The bytes received so far are kept; run the same command again to resume" : ""
          throw UserError.file("\(what): \(failure.reason); gave up after \(failures) attempts\(hint)")
        }
        let seconds = retries.pause(after: failures, failure)
        try onEvent(.waiting(seconds: seconds, reason: failure.reason))
        retries.wait(seconds)
      }
    }
  }

  private func redirection(_ head: HTTPHead, from address: HTTPAddress, _ what: String) throws -> HTTPAddress? {
    guard head.isRedirection else { return nil }
    guard let location = head["location"], let next = address.following(location) else {
      throw UserError.file("\(what): \(address.origin) redirects to '\(head["location"] ?? "")'; expected an address")
    }
    return next
  }

  private func check(_ head: HTTPHead, _ address: HTTPAddress, _ what: String) throws {
    if head.status == 200 || head.status == 206 { return }
    // Addresses on other hosts expire, so the hub is asked for a new one.
    guard address.hasSameOrigin(as: hub.endpoint), !head.isTransient, head.status != 416 else {
      throw TransferFailure(reason: "\(address.origin) answered \(head.status)", retryAfter: head.retryAfter)
    }
    throw HubRefusal(hub: hub, model: model, listing: listing).error(head, what)
  }
}
