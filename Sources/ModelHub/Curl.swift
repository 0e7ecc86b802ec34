import Diagnostics
import Foundation
import InputFiles

/// The program `curl`, which makes the connections. It uses the system's certificates and proxies, for which a
/// statically linked Swift program has no library of its own.
struct Curl: Sendable {
  /// Where the program is.
  let path: String
  private let environment: [String: String]

  /// Finds the program in the folders of `PATH`.
  ///
  /// - Throws: `UserError` of kind `file` if it is not installed.
  init(environment: [String: String]) throws {
    let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    guard
      let found = folders.map({ $0 + "/curl" }).first(where: { FileManager.default.isExecutableFile(atPath: $0) })
    else {
      throw UserError.file(
        "the program 'curl', which fetches the files, is not installed; install it (apt-get install curl), or fetch the "
          + "files in another way (the README lists them)")
    }
    path = found
    self.environment = environment.filter { $0.key != "HF_TOKEN" }
  }

  /// Requests the contents of an address, without following redirections.
  ///
  /// The request goes through standard input, because everybody on the machine can read a command line.
  ///
  /// - Parameters:
  ///   - token: the access token that authorises the request.
  ///   - offset: the first byte to request; those before it have already arrived.
  ///   - onHead: receives status and fields once, before the body; may throw to cancel.
  ///   - onBody: receives the body piece by piece; may throw to cancel.
  /// - Throws: ``TransferFailure``, `UserError` of kind `file`, or what the closures throw.
  func get(
    _ address: HTTPAddress, token: String?, offset: Int = 0,
    onHead: (HTTPHead) throws -> Void, onBody: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    let request = Self.request(address, token, offset)
    // The request is far smaller than a pipe's buffer, so writing it never blocks.
    try input.fileHandleForWriting.write(contentsOf: Data(request.utf8))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = ["--disable", "--config", "-"]
    process.environment = environment
    (process.standardInput, process.standardOutput, process.standardError) = (input, output, errors)
    do {
      try process.run()
    } catch {
      throw UserError.file("\(path): cannot be started: \(systemReason(error))")
    }
    try? input.fileHandleForWriting.close()
    var reader = ResponseReader()
    do {
      try reader.read(output.fileHandleForReading.fileDescriptor, onHead: onHead, onBody: onBody)
    } catch {
      // SIGKILL, because a process that starts from a thread with blocked signals inherits the block.
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      throw error
    }
    let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile().prefix(2000), as: UTF8.self)
    process.waitUntilExit()
    try check(process.terminationStatus, message, address, hasHead: reader.hasHead)
  }

  /// The request in the format of curl's configuration files.
  private static func request(_ address: HTTPAddress, _ token: String?, _ offset: Int) -> String {
    var lines = [
      "url = \(quoted(address.text))", "globoff", "silent", "show-error", "include", "suppress-connect-headers",
      "proto = \"=\(address.isSecure ? "https" : "http")\"", "user-agent = \"attune\"",
      // Half a minute for connecting; after a minute without a byte the connection counts as lost.
      "connect-timeout = 30", "speed-limit = 1", "speed-time = 60",
    ]
    if let token { lines.append("header = \(quoted("Authorization: Bearer \(token)"))") }
    if offset > 0 { lines.append("range = \"\(offset)-\"") }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"") + "\""
  }

  /// Distinguishes temporary failures (`man curl`, exit codes) from permanent ones.
  private func check(_ status: Int32, _ message: String, _ address: HTTPAddress, hasHead: Bool) throws {
    if status == 0, hasHead { return }
    let text = message.split(whereSeparator: \.isNewline).first.map(String.init) ?? "curl exited with status \(status)"
    let temporary: Set<Int32> = [0, 5, 6, 7, 16, 18, 28, 35, 52, 55, 56, 92, 95, 96]
    if temporary.contains(status) { throw TransferFailure(reason: "\(address.origin): \(text)") }
    throw UserError.file("\(address.origin): \(text)")
  }
}
