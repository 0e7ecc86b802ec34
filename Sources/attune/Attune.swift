import ArgumentParser

/// The program: one command, with one file for each subcommand in `Commands`.
@main
struct Attune: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attune",
    abstract: "Fine-tunes language models on ordinary processors.",
    usage: "attune <command> [<options>]",
    discussion: """
      See which recipes are bundled, copy one and run it:

          $ attune list
          $ attune copy lora my.yaml
          $ attune validate my.yaml data.train=TRAIN.jsonl
          $ attune estimate my.yaml
          $ attune run my.yaml training.epochs=1

      Use the result:

          $ attune chat --model data/models/tiny --adapter runs/lora/adapter.h5
          $ attune merge --model data/models/tiny --adapter runs/lora/adapter.h5 --output my-model

      attune help COMMAND shows a command's options, examples and the keys of its --json. \
      attune --generate-completion-script bash (or zsh, fish) writes completions for a shell.

      Results go to standard output, progress and messages to standard error.

      Exit codes: 0 done; 2 the recipe or an option is wrong; 3 data, a model or another file is wrong or missing; \
      4 training failed; 5 a file cannot be written; 129, 130 and 143 interrupted, with a complete checkpoint saved.
      """,
    version: Program.version,
    subcommands: [
      RunCommand.self, ValidateCommand.self, PreviewCommand.self, CheckDataCommand.self, EstimateCommand.self,
      EvaluateCommand.self, GenerateCommand.self, ChatCommand.self, TokenizeCommand.self, TrainTokenizerCommand.self,
      MergeCommand.self, ExtractCommand.self, ConvertCommand.self, InspectCommand.self, ReportCommand.self,
      CompareCommand.self, SweepCommand.self, BenchCommand.self, ListCommand.self, CopyCommand.self, FetchCommand.self,
    ]
  )

  /// Parses the arguments, runs the command and exits with its exit code.
  static func main() {
    Program.exit(with: Program.run(Array(CommandLine.arguments.dropFirst())))
  }
}
