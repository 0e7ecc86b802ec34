import Foundation
import StrictJSON
import TestSupport
import Testing
import Tokenization

/// Tokenizers of every kind that Python's tokenizers makes, and its ids for the same texts.
@Suite("Python's tokenizers", .enabled(if: TestSupport.Python.has("tokenizers"), "no Python with tokenizers here"))
struct PythonComparisonTests {
  private static let script = """
    import json, os, sys
    from tokenizers import Tokenizer, Regex, models, normalizers as n, pre_tokenizers as p, decoders as d, trainers
    texts = ["Hello, world! It's the café's 12345 tests.", "  two  spaces \\n\\n\\t tab\\r\\n end  ", "日本語 ひらがな 한국어",
      "🦙 👩‍👩‍👧 e\\u0301 Ａｂｃ ﬁ İ ſ K", "def f(x):\\n    return x**2 != 3.14 # 1_000\\n", "मर مرحبا ١٢٣ हिन्दी ไทย",
      "\\u0000\\u0001\\u200b\\ufeff\\u00a0\\u2028|", "XMLHttp iPhone's DON'T we'LL", "a" * 300, "(a|b) [c] {d} \\\\g \\"h\\" 'i'",
      "", "   ", "...!!!???---", "<unk> [UNK] <0x0A> ▁a"]
    cases = {}
    def add(name, model, pre, trainer, normalizer=None, decoder=None):
      t = Tokenizer(model)
      if pre: t.pre_tokenizer = pre
      if normalizer: t.normalizer = normalizer
      if decoder: t.decoder = decoder
      t.train_from_iterator(texts * 3, trainer)
      encoded = [t.encode(x).ids for x in texts]
      cases[name] = {"json": t.to_str(), "texts": [[x, i, t.decode(i, skip_special_tokens=False)] for x, i in zip(texts, encoded)]}
    bpe = lambda **k: trainers.BpeTrainer(vocab_size=500, initial_alphabet=p.ByteLevel.alphabet(), show_progress=False, **k)
    def split(name, *steps): add(name, models.BPE(), p.Sequence(list(steps)), bpe(), decoder=d.ByteLevel())
    level = p.ByteLevel(add_prefix_space=False, use_regex=False)
    piece = lambda r, b="isolated", i=False: p.Split(Regex(r), b, i)
    split("deepseek", piece(r"\\p{N}{1,3}"), piece("[一-龥぀-ゟ゠-ヿ]+"), piece(r"[!\\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
      r"|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"), level)
    split("falcon", p.Punctuation("contiguous"), p.ByteLevel(add_prefix_space=False), p.Digits(False), piece("[0-9][0-9][0-9]"))
    split("falcon3", p.ByteLevel(add_prefix_space=False), p.Punctuation(), p.Digits(True))
    split("bloom", piece(r" ?[^(\\s|[.,!?…。，、।۔،])]+"), level)
    for behavior in ["removed", "merged_with_previous", "merged_with_next", "contiguous"]:
      for inverted in [False, True]: split(behavior + str(inverted), piece(r"[aeiou]+|\\d", behavior, inverted), level)
    add("suffix", models.BPE(unk_token="<unk>", end_of_word_suffix="</w>"), p.BertPreTokenizer(),
      trainers.BpeTrainer(vocab_size=400, end_of_word_suffix="</w>", special_tokens=["<unk>"], show_progress=False),
      n.BertNormalizer(), d.BPEDecoder())
    add("prefix", models.BPE(unk_token="[UNK]", continuing_subword_prefix="##", fuse_unk=True), p.Whitespace(),
      trainers.BpeTrainer(vocab_size=400, continuing_subword_prefix="##", special_tokens=["[UNK]"], show_progress=False),
      decoder=d.WordPiece())
    add("wordpiece", models.WordPiece(unk_token="[UNK]"), p.BertPreTokenizer(),
      trainers.WordPieceTrainer(vocab_size=400, special_tokens=["[UNK]"], limit_alphabet=60, show_progress=False),
      n.BertNormalizer(), d.WordPiece())
    add("words", models.WordLevel(unk_token="<unk>"), p.Whitespace(),
      trainers.WordLevelTrainer(vocab_size=60, special_tokens=["<unk>"], show_progress=False))
    unigram = lambda: trainers.UnigramTrainer(vocab_size=300, unk_token="<unk>", special_tokens=["<unk>"], show_progress=False)
    add("t5", models.Unigram(), p.Sequence([p.WhitespaceSplit(), p.Metaspace()]), unigram(), n.NFKC(), d.Metaspace())
    add("first", models.Unigram(), p.Metaspace(prepend_scheme="first"), unigram(),
      n.Sequence([n.Nmt(), n.NFKC(), n.Replace(Regex(" {2,}"), " ")]), d.Metaspace(prepend_scheme="first"))
    json.dump(cases, open(sys.argv[1], "w"))
    """

  @Test("give the same ids and texts, also token by token")
  func comparison() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("attune-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let output = folder.appendingPathComponent("cases.json")
    let result = try TestSupport.Python.run(Self.script, arguments: [output.path], in: folder)
    try #require(result.status == 0, "\(result.errors)")
    let cases = try #require(try JSONValue(parsing: Data(contentsOf: output)).objectValue)
    #expect(cases.members.count > 15)
    for (name, value) in cases.members {
      let json = try #require(value["json"]?.stringValue)
      let tokenizer = try Tokenizer(bytes: Data(json.utf8), name: "\(name)/tokenizer.json")
      for example in value["texts"]?.arrayValue ?? [] {
        let parts = try #require(example.arrayValue)
        let (text, ids, decoded) = (parts[0].stringValue ?? "", parts[1].ids, parts[2].stringValue ?? "")
        #expect(tokenizer.encode(text) == ids, "\(name): \(text)")
        #expect(tokenizer.decode(ids, skipSpecialTokens: false).utf8.elementsEqual(decoded.utf8), "\(name): \(text)")
        var stream = TextStream(tokenizer)
        let streamed = ids.map { stream.append($0) }.joined() + stream.finish()
        #expect(streamed.utf8.elementsEqual(tokenizer.decode(ids).utf8), "\(name): \(text)")
      }
    }
  }
}
