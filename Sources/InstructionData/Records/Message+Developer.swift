extension Message {
  /// The role as a model's own template sees it: `developer` remains what it is (see ``ModelTemplate``).
  var templateRole: String {
    let name = (fields?["role"] ?? fields?["from"])?.stringValue?.lowercased()
    return role == .system && name == Role.developer ? Role.developer : role.rawValue
  }
}
