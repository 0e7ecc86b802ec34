import Diagnostics

/// Explains a status other than success so that a person can do something about it.
struct HubRefusal {
  let hub: Hub
  let model: ModelReference
  /// The hub's description of the model, if it is known.
  let listing: Listing?

  /// The error for an answer of the hub.
  ///
  /// - Parameter what: the requested file, such as `config.json of OWNER/NAME@main`.
  func error(_ head: HTTPHead, _ what: String) -> UserError {
    let said = head["x-error-message"].map { " (\"\($0.prefix(300))\")" } ?? ""
    return UserError.file("\(what): the hub answered \(head.status)\(said): \(explanation(head))")
  }

  private func explanation(_ head: HTTPHead) -> String {
    let code = head["x-error-code"] ?? ""
    switch head.status {
    case 401 where hub.token != nil && code != "GatedRepo":
      return "it does not know the token in HF_TOKEN, or this account may not see \(model.identifier). Check the "
        + "name and the token (\(hub.endpoint.origin)/settings/tokens)"
    case 401 where code == "GatedRepo", 401 where listing?.isGated == true, 403 where hub.token == nil: return gated
    case 401:
      return "there is no model \(model.identifier), or it is private or gated. Check the name; for a private or "
        + "gated model set HF_TOKEN to an access token of an account that may read it"
    case 403 where code == "GatedRepo", 403 where listing?.isGated == true: return gated
    case 403: return "the account of HF_TOKEN may not read this: the token needs the right to read \(model.identifier)"
    case 404 where code == "RevisionNotFound":
      return "\(model.identifier) has no revision '\(model.revision)'; \(hub.page(of: model)) lists those it has"
    case 404 where listing != nil: return "the hub listed the file a moment ago; try again"
    case 404:
      return "there is no model \(model.identifier) with a revision '\(model.revision)'; check the spelling, "
        + "including capitals, at \(hub.page(of: model))"
    case 410, 451: return "the model has been taken down"
    default: return "expected the file"
    }
  }

  private var gated: String {
    let license = listing?.license.map { " its licence (\($0))" } ?? " its conditions"
    return "the model is gated: accept\(license) at \(hub.page(of: model)) with your account, "
      + (hub.token == nil
        ? "then set HF_TOKEN to an access token of it (\(hub.endpoint.origin)/settings/tokens)"
        : "the one that HF_TOKEN belongs to; if you have done so, wait until access is granted")
  }
}
