import InstructionData
import StrictJSON

/// The record that a line of JSON decodes to.
func decodedRecord(
  _ json: String, for purpose: RecordPurpose = .demonstration, columns: [String: String] = [:]
) throws -> Record {
  try RecordDecoder(purpose: purpose, columns: columns, vocabularySize: 100).decode(
    JSONValue(parsing: Array(json.utf8)))
}

/// The messages of a conversation; nil for another record.
func decodedMessages(_ json: String) throws -> [Message]? {
  guard case .conversation(let messages, _) = try decodedRecord(json) else { return nil }
  return messages
}

/// Why a line of JSON cannot be decoded.
func decodingProblem(
  _ json: String, for purpose: RecordPurpose = .demonstration, columns: [String: String] = [:]
) -> String? {
  message { _ = try decodedRecord(json, for: purpose, columns: columns) }
}
