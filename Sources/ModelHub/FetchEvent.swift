/// What a fetch tells while it goes on.
package enum FetchEvent: Sendable {
  /// The hub has told what there is: how many files and bytes come, how many of them are in the folder already.
  case planned(files: Int, bytes: Int, present: Int)
  /// A file is on its way: bytes of all files that are there by now, and how many of them came in this session.
  case progress(file: String, bytes: Int, received: Int)
  /// A file could not be checked, because the hub tells no digest.
  case unchecked(file: String)
  /// Configuration and tokenizer are in the folder; the weights come next.
  case weightsNext
  /// A connection was lost; it is tried again after so many seconds.
  case waiting(seconds: Double, reason: String)
}

/// What a fetch has brought.
package struct FetchResult: Sendable {
  /// The commit that all files come from.
  package let commit: String
  /// The licence that the model's card names.
  package let license: String?
  /// The files, with their sizes in bytes and their digests.
  package let files: [(name: String, bytes: Int, digest: String?)]
}
