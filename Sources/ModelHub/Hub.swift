import Diagnostics
import Foundation

/// A hub that speaks Hugging Face's protocol, and who asks it.
package struct Hub: Sendable {
  /// Where it is, without a slash at the end.
  let endpoint: HTTPAddress
  /// The access token; it is sent to ``endpoint``'s host alone.
  let token: String?

  /// The hub that `HF_ENDPOINT` names, else `https://huggingface.co`; the token is that of `HF_TOKEN`. These are the
  /// names that Hugging Face's own programs read.
  ///
  /// - Throws: `UserError` of kind `recipe` where one of the two cannot be meant.
  package init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
    let named = environment["HF_ENDPOINT"].flatMap { $0.isEmpty ? nil : $0 } ?? "https://huggingface.co"
    var trimmed = Substring(named)
    while trimmed.hasSuffix("/") { trimmed.removeLast() }
    guard let address = HTTPAddress(String(trimmed)), !address.target.contains("?") else {
      throw UserError.recipe("HF_ENDPOINT is '\(named)'; expected an address such as https://huggingface.co")
    }
    endpoint = address
    let token = environment["HF_TOKEN"]?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    guard token.utf8.count <= 4096, token.utf8.allSatisfy({ 0x21..<0x7F ~= $0 }) else {
      throw UserError.recipe("HF_TOKEN holds characters that no token has; copy it again from the hub")
    }
    self.token = token.isEmpty ? nil : token
  }

  /// The page where people read about a model and accept its conditions.
  func page(of model: ModelReference) -> String { base + "/" + model.identifier }

  /// What lists a revision's files, with sizes and digests.
  func listing(of model: ModelReference) throws -> HTTPAddress {
    try address("/api/models/\(model.identifier)/revision/\(HTTPAddress.escaped(model.revision))?blobs=true")
  }

  /// The contents of a file.
  func file(_ name: String, of model: ModelReference, commit: String) throws -> HTTPAddress {
    try address("/\(model.identifier)/resolve/\(HTTPAddress.escaped(commit))/\(HTTPAddress.escaped(name))")
  }

  /// The token where an address is the hub's own, else nil.
  func token(for address: HTTPAddress) -> String? { address.hasSameOrigin(as: endpoint) ? token : nil }

  private var base: String { endpoint.target == "/" ? endpoint.origin : endpoint.text }

  private func address(_ path: String) throws -> HTTPAddress {
    guard let address = HTTPAddress(base + path) else {
      throw UserError.recipe("\(base)\(path) is no address; look at HF_ENDPOINT and the model's name")
    }
    return address
  }
}
