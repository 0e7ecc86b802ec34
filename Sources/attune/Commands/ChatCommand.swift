import ArgumentParser
import Inference

/// `attune chat`: a conversation in the terminal.
struct ChatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat",
    abstract: "Talks with a model in the terminal.",
    discussion: """
          $ attune chat --model runs/full/model.h5
          $ attune chat --model MODEL --adapter runs/lora/adapter.h5 --temperature 0.7 --system "You are brief."
          $ printf 'Hello.\\nAnd now?\\n' | attune chat --model MODEL

      Type a line; the answer appears as it is written. What was said before is part of every prompt, in the model's \
      template, and is not read twice. /reset starts over, /help lists the commands, /exit or Ctrl-D ends. Ctrl-C stops \
      an answer; twice, it ends the conversation with exit code 130. Answers go to standard output, all else to standard \
      error.
      """)

  @OptionGroup var model: ModelOptions

  @Option(parsing: .unconditional, help: "What the model reads before the conversation.")
  var system: String?

  @OptionGroup var generation: GenerationOptions
  @OptionGroup var compute: ComputeOptions

  func validate() throws { _ = try model.requireModel() }

  func run() throws {
    compute.apply()
    try namingOptions {
      let path = try model.requireModel()
      let files = try model.files(of: path)
      Console.warnings(files.configuration.notes + (try files.generationNotes()))
      let format = try ConversationFormat(files, template: model.template)
      var conversation = Conversation(
        with: try files.model(precision: compute.precision ?? .float32), format, generation.sampling, system: system)
      try ChatLoop(
        "\(path), template \(format.template.rawValue). /help lists the commands, Ctrl-D ends."
      ).run(&conversation)
    }
  }
}
