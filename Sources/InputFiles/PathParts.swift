// Paths as texts: those of Foundation's NSString trap on some names of a single character.
extension String {
  /// The folder of a path without a slash at its end: `a` of `a/b`, `/` of `/a`, nothing of `a`.
  package var folderOfPath: String {
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
    return slash == startIndex ? "/" : String(self[..<slash])
  }

  /// The last name of a path without a slash at its end: `b` of `a/b`.
  package var nameInPath: String {
    utf8.lastIndex(of: UInt8(ascii: "/")).map { String(Substring(utf8[utf8.index(after: $0)...])) } ?? self
  }

  /// The path of a name in this folder; nothing is the working folder.
  package func path(of name: String) -> String { isEmpty || hasSuffix("/") ? self + name : "\(self)/\(name)" }
}
