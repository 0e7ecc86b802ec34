import Testing
import Tokenization

@Suite("Added tokens and the tokens around a text")
struct AddedTokenTests {
  private func tokenizer(_ flags: String, normalizer: String = "null") throws -> Tokenizer {
    var fixture = TokenizerFixture.letters()
    fixture.addedTokens = """
      [{"id": 200, "content": "<eot>", "special": true\(flags)}, {"id": 201, "content": "<eot><eot>", "special": true}]
      """
    fixture.normalizer = normalizer
    return try fixture.tokenizer()
  }

  @Test("are found before anything else, the longest first")
  func longest() throws {
    let tokenizer = try tokenizer("")
    #expect(tokenizer.tokens("a<eot>b<eot><eot>") == ["a", "<eot>", "b", "<eot><eot>"])
    #expect(tokenizer.vocabularySize == 202)
    #expect(tokenizer.isSpecial(200) && !tokenizer.isSpecial(0))
    #expect(tokenizer.id(of: "<eot>") == 200)
  }

  @Test("include white space, or match only single words")
  func flags() throws {
    #expect(try tokenizer(#", "lstrip": true"#).tokens("a \n<eot> b") == ["a", "<eot>", " ", "b"])
    #expect(try tokenizer(#", "rstrip": true"#).tokens("a <eot> \nb") == ["a", " ", "<eot>", "b"])
    let single = try tokenizer(#", "single_word": true"#)
    #expect(single.tokens("a <eot>.") == ["a", " ", "<eot>", "."])
    #expect(single.tokens("a<eot>") == ["a", "<", "e", "o", "t", ">"])
  }

  @Test("are searched for before or after normalization")
  func normalized() throws {
    let lowercase = #"{"type": "Lowercase"}"#
    #expect(try tokenizer(#", "normalized": true"#, normalizer: lowercase).tokens("A<EOT>") == ["a", "<eot>"])
    #expect(try tokenizer("", normalizer: lowercase).tokens("<EOT>").count == 5)
  }

  @Test("are left out of a decoded text if they are special, on request")
  func decoding() throws {
    var fixture = TokenizerFixture.letters()
    fixture.decoder = #"{"type": "Fuse"}"#
    fixture.addedTokens = """
      [{"id": 200, "content": "<s>", "special": true}, {"id": 201, "content": "<x>", "special": false}]
      """
    let tokenizer = try fixture.tokenizer()
    #expect(tokenizer.decode(tokenizer.encode("<s>a<x>")) == "a<x>")
    #expect(tokenizer.decode(tokenizer.encode("<s>a<x>"), skipSpecialTokens: false) == "<s>a<x>")
    #expect(tokenizer.decode([-1, 150, 199, .max]) == "")
  }

  @Test("a template puts tokens around a text")
  func template() throws {
    var fixture = TokenizerFixture.letters()
    fixture.addedTokens = """
      [{"id": 200, "content": "<s>", "special": true}, {"id": 201, "content": "</s>", "special": true}]
      """
    fixture.postProcessor = """
      {"type": "Sequence", "processors": [{"type": "ByteLevel", "trim_offsets": false}, {"type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                   {"SpecialToken": {"id": "</s>", "type_id": 0}}],
        "pair": [],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [200], "tokens": ["<s>"]},
                           "</s>": {"id": "</s>", "ids": [201], "tokens": ["</s>"]}}}]}
      """
    let tokenizer = try fixture.tokenizer()
    #expect(tokenizer.tokens("a") == ["<s>", "a", "</s>"])
    #expect(tokenizer.encode("a", addSpecialTokens: false).count == 1)
    #expect(tokenizer.prefixIDs == [200] && tokenizer.suffixIDs == [201])
  }
}
