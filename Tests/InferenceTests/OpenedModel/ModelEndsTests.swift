import Foundation
import Inference
import StrictJSON
import TestSupport
import Testing

@Suite("Where a model's texts end, and what its generation_config.json asks for")
struct ModelEndsTests {
  /// A folder's files: what `config.json` and `generation_config.json` hold.
  private func files(_ configuration: [String: JSONValue], generation: String?) throws -> ModelFiles {
    let folder = try TemporaryFolder()
    try folder.write(tinyConfiguration(configuration).compactText, to: "config.json")
    if let generation { try folder.write(generation, to: "generation_config.json") }
    return try ModelFiles.described(at: folder.url.path)
  }

  @Test(
    "generation_config.json decides, as in transformers; else config.json, else its family's default",
    arguments: [
      (
        ["eos_token_id": 5], #"{"eos_token_id": [7, 8]}"#, [7, 8],
        "eos_token_id is 5 in config.json and 7, 8 in generation_config"
      ),
      (["eos_token_id": 7], #"{"eos_token_id": [7, 8]}"#, [7, 8], nil), (["eos_token_id": [5, 6]], nil, [5, 6], nil),
      (["eos_token_id": 5], #"{"eos_token_id": null}"#, [5], nil), ([:], "{}", [2], nil),
      (["eos_token_id": .null], nil, [], nil),
    ] as [([String: JSONValue], String?, Set<Int32>, String?)])
  func stops(configuration: [String: JSONValue], generation: String?, stops: Set<Int32>, note: String?) throws {
    let found = try files(configuration, generation: generation)
    #expect(found.stopIDs == stops)
    #expect(found.configuration.notes.count == (note == nil ? 0 : 1))
    if let note { #expect(found.configuration.notes[0].contains(note)) }
  }

  @Test("options that change what is generated and are not applied are named; neutral ones are not")
  func options() throws {
    let neutral =
      #"{"do_sample": false, "repetition_penalty": 1.0, "temperature": 0.7, "suppress_tokens": [], "min_length": 0}"#
    #expect(try files([:], generation: neutral).generationNotes().isEmpty)
    #expect(try files([:], generation: nil).generationNotes().isEmpty)
    let asking = #"{"do_sample": true, "repetition_penalty": 1.05, "bad_words_ids": [[3]], "num_beams": 1}"#
    let notes = try files([:], generation: asking).generationNotes()
    #expect(notes.count == 1)
    #expect(
      notes[0].hasSuffix(
        "/generation_config.json: do_sample, repetition_penalty 1.05, bad_words_ids: not applied; sampling follows the "
          + "command's options"))
  }
}
