import Diagnostics
import LanguageModels
import StrictJSON
import TestSupport
import Testing

/// The `model_type` of every family.
let modelTypes = DecoderFamily.all.map(\.modelType)

/// The configuration of a tiny model.
func tiny(_ changes: [String: JSONValue] = [:]) throws -> DecoderConfiguration {
  try DecoderConfiguration(parsing: tinyConfiguration(changes).compactText, place: "config.json")
}

/// The message of the mistake that is reported.
func message(_ body: () throws -> some Any) throws -> String {
  let error = try #require(throws: UserError.self) { _ = try body() }
  #expect(error.kind == .file)
  return error.message
}
