import ArgumentParser
import Diagnostics
import InstructionData
import LanguageModels
import Recipes

/// `attune chat`: a conversation in the terminal.
struct ChatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat",
    abstract: "Talks with a model in the terminal.",
    discussion: """
          $ attune chat --model runs/full/model.h5
          $ attune chat --model MODEL --adapter runs/lora/adapter.h5 --temperature 0.7 --system "You are brief."
          $ printf 'Hello.\\nAnd now?\\n' | attune chat --model MODEL

      A line is what you say; the answer comes as it is written. What was said before is part of every prompt, by the \
      model's template, and is not read twice. /reset begins anew, /help tells the commands, /exit or Ctrl-D ends. Ctrl-C \
      stops an answer; twice, it ends the conversation with exit code 130. Answers go to standard output, all else to \
      standard error.
      """)

  @OptionGroup var model: ModelOptions

  @Option(parsing: .unconditional, help: "What the model is told before the conversation.")
  var system: String?

  @OptionGroup var generation: GenerationOptions
  @OptionGroup var compute: ComputeOptions

  func validate() throws { _ = try model.requireModel() }

  func run() throws {
    compute.apply()
    try namingOptions {
      let files = try model.files(of: model.requireModel())
      let template = try files.template(model.template)
      guard let tokenizer = files.tokenizer, let chat = try files.chatEncoder(template) else {
        throw UserError.file("\(model.model ?? ""): there is no tokenizer, and a conversation needs one.")
      }
      let loaded = try files.model(precision: compute.precision ?? .float32, trainable: false, seed: 0)
      var conversation = Conversation(
        loaded, tokenizer, chat, stops: files.stopIDs.union(chat.stopIDs), generation, system: system)
      try ChatLoop(
        "\(model.model ?? ""), template \(template.rawValue). /help tells the commands, Ctrl-D ends."
      ).run(&conversation)
    }
  }
}
