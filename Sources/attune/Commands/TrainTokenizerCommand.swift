import ArgumentParser
import Foundation
import OutputFiles
import Tokenization

/// `attune train-tokenizer`: trains a byte-level BPE on text files.
struct TrainTokenizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-tokenizer",
    abstract: "Trains a byte-level BPE tokenizer on text files.",
    discussion: """
      Example:

          $ attune train-tokenizer corpus.txt --vocabulary-size 4096 --split-digits --output tokenizer.json \
      --special-tokens '<|endoftext|>' '<|im_start|>' '<|im_end|>'

      The output is a tokenizer.json that Python's tokenizers library reads too. The same texts and options always give \
      the same file.
      """)

  @Argument(help: "Text files in UTF-8.", transform: pathArgument)
  var files: [String]

  @Option(help: "The number of tokens: special tokens, 256 bytes and merges.")
  var vocabularySize: Int

  @Option(help: "The tokenizer.json to write.", transform: newFileArgument)
  var output: String

  @Flag(help: "Makes each digit a token of its own, as LLaMA does.")
  var splitDigits = false

  @Option(parsing: .upToNextOption, help: "Tokens that no merge produces; they get the first ids.")
  var specialTokens: [String] = []

  @Option(help: "Pairs that occur less often than this are not merged.")
  var minimumFrequency = 2

  func run() throws {
    let trainer = BytePairTrainer(
      vocabularySize: vocabularySize, splitsDigits: splitDigits, specialTokens: specialTokens,
      minimumFrequency: minimumFrequency)
    let text = Data(try trainer.train(files: files.map { URL(fileURLWithPath: $0) }).utf8)
    let size = try Tokenizer(bytes: text, name: "tokenizer.json").vocabularySize
    try writeAtomically(text, to: URL(fileURLWithPath: output))
    if size < vocabularySize {
      Console.warning(
        "\(output): has \(size) tokens, not \(vocabularySize): the texts have no more pairs to merge. Give it more text or "
          + "a lower --minimum-frequency.")
    }
    Console.message("\(output): \(size) tokens.")
  }
}
