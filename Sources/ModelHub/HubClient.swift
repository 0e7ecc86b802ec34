import Diagnostics

/// Asks a hub: follows redirections, and tries again where the connection is lost.
struct HubClient {
  let hub: Hub
  let model: ModelReference
  let curl: Curl
  let retries: RetryPolicy
  /// What the hub said about the model, once it has.
  var listing: Listing?

  /// More redirections than this lead in a circle.
  private static let redirectionLimit = 10

  /// Asks once, and wherever the answer is.
  ///
  /// Each step is a request of its own, so that the token goes to the hub's host and to no other.
  ///
  /// - Parameters:
  ///   - what: what is asked for, for messages.
  ///   - offset: how many bytes are there already.
  ///   - onHead: called with the head of the answer, whose status is 200 or 206.
  /// - Throws: ``TransferFailure`` where it may help to ask again, `UserError`, or what the closures throw.
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

  /// Does something until it succeeds, fails for good, or has failed too often without getting on.
  ///
  /// - Parameter progress: how many bytes there are by now.
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
          let kept = progress() > 0 ? ". What has come is kept: the same command goes on from there" : ""
          throw UserError.file("\(what): \(failure.reason); given up behind \(failures) attempts\(kept)")
        }
        let seconds = retries.pause(behind: failures, failure)
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
    // Other hosts are given addresses that hold for a while only: the hub is asked for a new one.
    guard address.hasSameOrigin(as: hub.endpoint), !head.isTransient, head.status != 416 else {
      throw TransferFailure(reason: "\(address.origin) answered \(head.status)", pause: head.pause)
    }
    throw HubRefusal(hub: hub, model: model, listing: listing).error(head, what)
  }
}
