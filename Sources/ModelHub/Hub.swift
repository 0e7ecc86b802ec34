import Diagnostics
import Foundation

/// A hub that speaks Hugging Face's protocol, and the token to access it.
package struct Hub: Sendable {
  /// Its address, without a slash at the end.
  let endpoint: HTTPAddress
  /// The access token, which is sent only to ``endpoint``'s host.
  let token: String?

  /// The hub at `HF_ENDPOINT`, by default `https://huggingface.co`, with the token in `HF_TOKEN`. Hugging Face's own
  /// programs read the same variables.
  ///
  /// - Throws: `UserError` of kind `recipe` if one of the two is invalid.
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
      throw UserError.recipe("HF_TOKEN contains characters that no token has; copy it again from the hub")
    }
    self.token = token.isEmpty ? nil : token
  }

  /// The web page of a model, where people can accept its conditions.
  func page(of model: ModelReference) -> String { base + "/" + model.identifier }

  /// The address of the list of a revision's files, with sizes and digests.
  func listing(of model: ModelReference) throws -> HTTPAddress {
    try address("/api/models/\(model.identifier)/revision/\(HTTPAddress.escaped(model.revision))?blobs=true")
  }

  /// The address of a file's contents.
  func file(_ name: String, of model: ModelReference, commit: String) throws -> HTTPAddress {
    try address("/\(model.identifier)/resolve/\(HTTPAddress.escaped(commit))/\(HTTPAddress.escaped(name))")
  }

  /// The token if an address is the hub's own, otherwise nil.
  func token(for address: HTTPAddress) -> String? { address.hasSameOrigin(as: endpoint) ? token : nil }

  private var base: String { endpoint.target == "/" ? endpoint.origin : endpoint.text }

  private func address(_ path: String) throws -> HTTPAddress {
    guard let address = HTTPAddress(base + path) else {
      throw UserError.recipe("\(base)\(path) is not a valid address; check HF_ENDPOINT and the model's name")
    }
    return address
  }
}
