/// An event during a fetch.
package enum FetchEvent: Sendable {
  /// The list of files is complete: how many files and bytes there are, and how many files are already in the folder.
  case planned(files: Int, bytes: Int, present: Int)
  /// A file is being fetched: the bytes of all files that are here now, and how many arrived in this session.
  case progress(file: String, bytes: Int, received: Int)
  /// A file could not be checked, because the hub gives no digest.
  case unchecked(file: String)
  /// Configuration and tokenizer are in the folder; the weights come next.
  case weightsNext
  /// The connection was lost; the next attempt follows after a number of seconds.
  case waiting(seconds: Double, reason: String)
}

/// The result of a fetch.
package struct FetchResult: Sendable {
  /// The commit that all files come from.
  package let commit: String
  /// The licence that the model's card names.
  package let license: String?
  /// The files, with their sizes in bytes and their digests.
  package let files: [(name: String, bytes: Int, digest: String?)]
}
