import Diagnostics
import Foundation
import InputFiles

/// The program `curl`, which makes the connections: it knows the system's certificates and proxies, and a program of
/// Swift linked statically has no library of its own for that.
struct Curl: Sendable {
  /// Where the program is.
  let path: String
  private let environment: [String: String]

  /// Finds the program in the folders of `PATH`.
  ///
  /// - Throws: `UserError` of kind `file` where there is none.
  init(environment: [String: String]) throws {
    let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    guard
      let found = folders.map({ $0 + "/curl" }).first(where: { FileManager.default.isExecutableFile(atPath: $0) })
    else {
      throw UserError.file(
        "cannot find the program 'curl', which downloads the files: install it (apt-get install curl), or download the "
          + "files in another way; the page \"Getting a model\" (GettingAModel.md) lists them")
    }
    path = found
    self.environment = environment.filter { $0.key != "HF_TOKEN" }
  }

  /// Asks for the contents of an address, without following redirections.
  ///
  /// The request is passed through standard input, since everybody on the machine can read a command line.
  ///
  /// - Parameters:
  ///   - token: what the request authorises itself with.
  ///   - offset: how many bytes of the contents are present already and not requested again.
  ///   - onHead: called once with status and fields, before the body; may throw to give up.
  ///   - onBody: called with piece after piece of the body; may throw to give up.
  /// - Throws: ``TransferFailure``, `UserError` of kind `file`, or what the closures throw.
  func get(
    _ address: HTTPAddress, token: String?, offset: Int = 0,
    onHead: (HTTPHead) throws -> Void, onBody: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    let request = Self.request(address, token, offset)
    // Far less than a pipe holds: nobody has to read while this is written.
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
      // No gentler signal: a process inherits blocked signals from the thread that starts it.
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      throw error
    }
    let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile().prefix(2000), as: UTF8.self)
    process.waitUntilExit()
    try check(process.terminationStatus, message, address, hasHead: reader.hasHead)
  }

  /// The request in the form of curl's configuration files.
  private static func request(_ address: HTTPAddress, _ token: String?, _ offset: Int) -> String {
    var lines = [
      "url = \(quoted(address.text))", "globoff", "silent", "show-error", "include", "suppress-connect-headers",
      "proto = \"=\(address.isSecure ? "https" : "http")\"", "user-agent = \"attune\"",
      // Half a minute for the connection; a minute without a byte is no connection any more.
      "connect-timeout = 30", "speed-limit = 1", "speed-time = 60",
    ]
    if let token { lines.append("header = \(quoted("Authorization: Bearer \(token)"))") }
    if offset > 0 { lines.append("range = \"\(offset)-\"") }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"") + "\""
  }

  /// Throws a ``TransferFailure`` for failures that may pass (`man curl`, exit codes), a `UserError` for others.
  private func check(_ status: Int32, _ message: String, _ address: HTTPAddress, hasHead: Bool) throws {
    if status == 0, hasHead { return }
    let text = message.split(whereSeparator: \.isNewline).first.map(String.init) ?? "curl ended with \(status)"
    let passing: Set<Int32> = [0, 5, 6, 7, 16, 18, 28, 35, 52, 55, 56, 92, 95, 96]
    if passing.contains(status) { throw TransferFailure(reason: "\(address.origin): \(text)") }
    throw UserError.file("\(address.origin): \(text)")
  }
}
