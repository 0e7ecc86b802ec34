import ArgumentParser
import Diagnostics
import Foundation
import Inference
import StrictJSON
import Tokenization

/// `attune tokenize`: turns text into token ids and back, as a model sees it.
struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Turns text into token ids, or ids into text.",
    discussion: """
      Examples:

          $ attune tokenize --model data/models/tiny story.txt
          $ echo 'Once upon a time' | attune tokenize --tokenizer tokenizer.json --json
          $ attune tokenize --model M story.txt | attune tokenize --model M --decode

      Each line of the input is a separate text, without its line break, and gives one line of output. With --whole the \
      complete input is one text, including its line breaks.

      --decode reads ids separated by spaces or commas, or the lines that --json writes. It removes the special tokens \
      that the tokenizer adds at the ends of a text (such as the beginning-of-text token), unless --no-special-tokens \
      says that there are none. Other special tokens are written by their names.

      --json: an object with ids and tokens for each line of the input, or a single one with --whole.
      """)

  @Option(help: "A model: a folder with a tokenizer in any form, or an Attune .h5.", transform: pathArgument)
  var model: String?

  @Option(
    help: "A tokenizer's file (tokenizer.json, tokenizer.model, tekken.json, or vocab.json beside merges.txt).",
    transform: pathArgument)
  var tokenizer: String?

  @Argument(help: "The file to read; without one, standard input.", transform: pathArgument)
  var file: String?

  @Flag(help: "Prints JSON: {\"ids\", \"tokens\"} for each text, or {\"text\"} with --decode.")
  var json = false

  @Flag(help: "Turns ids into text.")
  var decode = false

  @Flag(help: "Treats the complete input as one text.")
  var whole = false

  @Flag(help: "Leaves out the special tokens that the tokenizer adds at the ends of a text.")
  var noSpecialTokens = false

  func validate() throws {
    if (model == nil) == (tokenizer == nil) {
      throw ValidationError("Expected either '--model <model>' or '--tokenizer <file>'.")
    }
  }

  func run() throws {
    let tokenizer = try openTokenizer()
    let input = try TextInput(path: file)
    try input.forEachText(whole: whole) { text, line in
      if decode {
        write(tokenizer, ids: try TokenIDs(text, in: input.name, line: whole ? nil : line))
      } else {
        write(tokenizer, tokenizer.encode(text, addSpecialTokens: !noSpecialTokens))
      }
    }
  }

  private func openTokenizer() throws -> Tokenizer {
    if let tokenizer { return try Tokenizer(contentsOf: URL(fileURLWithPath: tokenizer)) }
    let path = model ?? ""
    guard let tokenizer = try Tokenizer(ofModelAt: path) else {
      throw UserError.file("\(path): holds no tokenizer; name one with --tokenizer.")
    }
    return tokenizer
  }

  private func write(_ tokenizer: Tokenizer, _ ids: [Int32]) {
    if json {
      let tokens = ids.map { JSONValue.string(tokenizer.token(of: $0) ?? "") }
      Console.output(json: ["ids": .array(ids.map { .integer($0) }), "tokens": .array(tokens)])
    } else {
      Console.output(ids.map { String($0) }.joined(separator: " ") + "\n")
    }
  }

  private func write(_ tokenizer: Tokenizer, ids: TokenIDs) {
    var ids = ids.values[...]
    if !noSpecialTokens {
      if ids.starts(with: tokenizer.prefixIDs) { ids = ids.dropFirst(tokenizer.prefixIDs.count) }
      if ids.suffix(tokenizer.suffixIDs.count).elementsEqual(tokenizer.suffixIDs) {
        ids = ids.dropLast(tokenizer.suffixIDs.count)
      }
    }
    let text = tokenizer.decode(Array(ids), skipSpecialTokens: false)
    if json {
      Console.output(json: ["text": .string(text)])
    } else {
      // A complete text comes back as it was, with or without a line break at its end.
      Console.outputPiece(whole ? text : text + "\n")
    }
  }
}
