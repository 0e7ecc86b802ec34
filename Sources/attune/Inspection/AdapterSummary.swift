import Adapters
import Checkpoints
import StrictJSON

/// A description of an adapter: its method, its size and scale, and the base that it was trained on.
struct AdapterSummary {
  /// The method's name in a recipe; nil if Attune does not support the adapter.
  let method: String?
  /// The method, size and scale, or why the adapter cannot be used.
  let text: String
  /// The base's path, if the adapter records it.
  let base: String?
  /// The digest of the base's weights, if the adapter records it.
  let digest: String?

  /// Reads an adapter's configuration. An adapter that cannot be used is not an error here.
  init(_ source: WeightsSource) {
    do {
      let configuration = try AdapterConfiguration(source)
      (method, text) = (configuration.method, configuration.summary)
    } catch {
      (method, text) = (nil, "cannot be used: \(error)")
    }
    let noted = (try? JSONValue(parsing: source.configuration.utf8))?["base_model_name_or_path"]?.stringValue
    base = source.provenance[ModelContents.basePath] ?? noted
    digest = source.provenance[ModelContents.baseDigest]
  }

  /// The lines of `attune inspect`.
  var lines: [String] {
    [text] + (base.map { ["for the base \($0)"] } ?? [])
      + (digest.map { ["whose weights have the digest \($0)"] } ?? [])
  }

  /// The member of `attune inspect --json`.
  var json: JSONValue {
    func string(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    return [
      "method": string(method), "summary": .string(text), "base": string(base), "base_digest": string(digest),
    ]
  }
}
