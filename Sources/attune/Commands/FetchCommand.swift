import ArgumentParser
import Foundation
import InputFiles
import LanguageModels
import ModelHub
import StrictJSON

/// `attune fetch OWNER/NAME[@REVISION] FOLDER`: downloads a model from a hub.
struct FetchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Downloads a model from a hub that uses Hugging Face's protocol.",
    discussion: """
      Examples:

          $ attune fetch HuggingFaceTB/SmolLM2-135M-Instruct models/smollm2
          $ HF_TOKEN=hf_… attune fetch meta-llama/Llama-3.2-1B@main models/llama

      Downloads configuration, tokenizer, chat template and safetensors, all from one commit, and checks their sizes and \
      digests. If the download breaks off, run the same command again: it resumes where it stopped. HF_ENDPOINT names a \
      hub other than https://huggingface.co; HF_TOKEN is the access token for private and gated models. The program curl \
      makes the connections.
      """)

  @Argument(help: "The model: OWNER/NAME, or OWNER/NAME@REVISION for a branch, tag or commit.")
  var model: String

  @Argument(help: "The folder to write to; it is created if needed.", transform: pathArgument)
  var folder: String

  @Flag(help: "Prints nothing but warnings and errors.")
  var quiet = false

  @Flag(help: "Prints one JSON object: model, commit, license, folder, bytes, files (name, bytes, digest).")
  var json = false

  func run() throws {
    let reference = try ModelReference(model)
    let view = FetchView(isQuiet: quiet)
    let url = URL(fileURLWithPath: folder)
    var fetch = try Fetch(reference, into: url) { event in
      if case .weightsNext = event { try checkConfiguration(in: url) }
      view.show(event)
    }
    let result = try fetch.run()
    view.finish()
    let bytes = result.files.reduce(0) { $0 + $1.bytes }
    if json {
      Console.output(json: [
        "model": .string(reference.identifier), "commit": .string(result.commit),
        "license": result.license.map { .string($0) } ?? .null, "folder": .string(folder), "bytes": .integer(bytes),
        "files": .array(
          result.files.map {
            ["name": .string($0.name), "bytes": .integer($0.bytes), "digest": $0.digest.map { .string($0) } ?? .null]
          }),
      ])
    }
    guard !quiet else { return }
    let license = result.license.map { "licence \($0)" } ?? "no licence stated"
    Console.message(
      "\(folder) holds \(reference.identifier), commit \(result.commit.prefix(12)), \(license): "
        + "\(result.files.count) files, \(Human.bytes(bytes)).")
    let isModel = result.files.contains { $0.name == "config.json" }
    Console.message(
      isModel
        ? "In a recipe it is `model: {path: \(folder)}`. Try it:\n  attune generate --model \(shellWord(folder)) --prompt \"…\""
        : "See what it holds: attune inspect \(shellWord(folder))")
  }

  /// Rejects a model that Attune does not support before its weights are downloaded.
  private func checkConfiguration(in folder: URL) throws {
    let file = folder.appendingPathComponent("config.json")
    guard let bytes = try? InputFile(file.path).contents(limit: 16 << 20) else { return }
    _ = try DecoderConfiguration(parsing: String(decoding: bytes, as: UTF8.self), place: file.path)
  }
}
