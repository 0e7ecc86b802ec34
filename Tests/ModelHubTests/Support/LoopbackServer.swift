import Foundation
import Synchronization

/// A request as it reached the server.
struct Request: Sendable {
  let target: String
  let fields: [String: String]

  /// The first byte that is asked for.
  var firstByte: Int {
    fields["range"].flatMap { $0.split(whereSeparator: { "=-".contains($0) }).dropFirst().first }.flatMap { Int($0) }
      ?? 0
  }
}

/// What the server answers.
struct Response: Sendable {
  var status = 200
  var fields: [String: String] = [:]
  var body = Data()
  /// Closes the connection after so many bytes of the body.
  var cutAfter: Int?

  /// A file, from the requested byte on.
  static func file(_ data: Data, _ request: Request, cutAfter: Int? = nil) -> Response {
    let start = request.firstByte
    guard start > 0 else { return Response(body: data, cutAfter: cutAfter) }
    guard start < data.count else { return Response(status: 416) }
    return Response(
      status: 206, fields: ["Content-Range": "bytes \(start)-\(data.count - 1)/\(data.count)"], body: data[start...],
      cutAfter: cutAfter)
  }

  /// A redirection.
  static func redirection(to location: String) -> Response { Response(status: 302, fields: ["Location": location]) }
}

/// An HTTP server on 127.0.0.1 that answers one request per connection, in its own thread.
final class LoopbackServer: Sendable {
  /// Where it listens.
  let port: Int
  private let descriptor: Int32
  private let seen = Mutex<[Request]>([])

  /// `http://127.0.0.1:PORT`.
  var address: String { "http://127.0.0.1:\(port)" }
  /// The requests so far.
  var requests: [Request] { seen.withLock { $0 } }

  /// Starts to listen on a free port.
  init(answer: @escaping @Sendable (Request) -> Response) throws {
    signal(SIGPIPE, SIG_IGN)
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, pointer, &length) == 0
      }
    }
    guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
    port = Int(UInt16(bigEndian: address.sin_port))
    self.descriptor = descriptor
    Thread { [self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { break }
        serve(connection, answer)
        close(connection)
      }
      // Not sooner: another server could get the same descriptor while this thread still accepts on it.
      close(descriptor)
    }.start()
  }

  /// Stops listening.
  func stop() {
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  private func serve(_ connection: Int32, _ answer: (Request) -> Response) {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      let count = read(connection, &buffer, buffer.count)
      guard count > 0 else { return }
      bytes += buffer[..<count]
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map(String.init)
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      fields[parts[0].lowercased()] = parts.count == 2 ? parts[1] : ""
    }
    let request = Request(target: String(lines[0].split(separator: " ")[1]), fields: fields)
    seen.withLock { $0.append(request) }
    let response = answer(request)
    var head = "HTTP/1.1 \(response.status) Status\r\nConnection: close\r\n"
    for (name, value) in ["Content-Length": "\(response.body.count)"].merging(response.fields, uniquingKeysWith: { $1 })
    {
      head += "\(name): \(value)\r\n"
    }
    let all = [UInt8]((head + "\r\n").utf8) + response.body.prefix(response.cutAfter ?? .max)
    var done = 0
    while done < all.count {
      let count = all[done...].withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      done += count
    }
    shutdown(connection, Int32(SHUT_WR))
    // Until the other side has read it all.
    while read(connection, &buffer, buffer.count) > 0 {}
  }
}
