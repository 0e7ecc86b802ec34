import Foundation
import Testing

/// What stands where a file is expected and is none: each is told, and nothing waits for it.
@Suite(
  "Pipes, links, sparse files", .enabled(if: ProgramRun.isBuilt, "the program attune was not built beside the tests"))
struct FileKindTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func makePipe(_ name: String) throws {
    try? FileManager.default.removeItem(at: workspace.file(name))
    try #require(mkfifo(workspace.file(name).path, 0o600) == 0)
  }

  /// A shell that ends the program where it waits for a pipe's other end.
  private static let shell = #"exec timeout 20 "$0" "$@""#

  @Test("a pipe as data, recipe, tokenizer or text")
  func inputs() throws {
    try workspace.writeRecipe()
    for name in ["train.jsonl", "model/tokenizer_config.json", "model/chat_template.jinja"] {
      let before = try? Data(contentsOf: workspace.file(name))
      try makePipe(name)
      let run = try workspace.run("run", "recipe.yaml", shell: Self.shell)
      workspace.expectRefusal(run, code: 3, "\(name): is a pipe; expected a file")
      try FileManager.default.removeItem(at: workspace.file(name))
      try before?.write(to: workspace.file(name))
    }
    try makePipe("pipe")
    let message = "pipe: is a pipe; expected a file"
    workspace.expectRefusal(try workspace.run("run", "pipe", shell: Self.shell), code: 2, message)
    workspace.expectRefusal(
      try workspace.run("tokenize", "--model", "model", "pipe", shell: Self.shell), code: 3, message)
    workspace.expectRefusal(
      try workspace.run("tokenize", "--tokenizer", "pipe", "train.jsonl", shell: Self.shell), code: 3, message)
    workspace.expectRefusal(
      try workspace.run(
        "train-tokenizer", "pipe", "--vocabulary-size", "300", "--output", "t.json", shell: Self.shell), code: 3,
      message)
  }

  @Test("a pipe or a link in an output folder")
  func outputFolder() throws {
    try workspace.writeRecipe()
    #expect(try workspace.run("run", "recipe.yaml").exitCode == 0)
    for (name, code) in [("recipe.yaml", Int32(2)), ("metrics.jsonl", 3)] {
      let before = try Data(contentsOf: workspace.file("out/\(name)"))
      try makePipe("out/\(name)")
      let run = try workspace.run("report", "out", shell: Self.shell)
      workspace.expectRefusal(run, code: code, "out/\(name): is a pipe; expected a file", output: nil)
      try FileManager.default.removeItem(at: workspace.file("out/\(name)"))
      try before.write(to: workspace.file("out/\(name)"))
    }
    try makePipe("out/.lock")
    let piped = try workspace.run("run", "recipe.yaml", "--resume", shell: Self.shell)
    workspace.expectRefusal(piped, code: 5, "out/.lock: is a pipe, not the file by which a run locks", output: nil)
    try FileManager.default.removeItem(at: workspace.file("out/.lock"))
    try FileManager.default.createSymbolicLink(
      atPath: workspace.file("out/.lock").path, withDestinationPath: workspace.file("elsewhere").path)
    let linked = try workspace.run("run", "recipe.yaml", "--overwrite")
    workspace.expectRefusal(linked, code: 5, "out/.lock: is a link, not the file by which a run locks", output: nil)
    #expect(!workspace.has("elsewhere") && workspace.has("out/model.h5"))
  }

  @Test("a loop of links, and a link to nothing")
  func loop() throws {
    let files = FileManager.default
    try files.createSymbolicLink(atPath: workspace.file("loop.jsonl").path, withDestinationPath: "loop.jsonl")
    try files.createSymbolicLink(atPath: workspace.file("lost.jsonl").path, withDestinationPath: "nowhere")
    try workspace.writeRecipe(data: "{train: loop.jsonl, template: plain}")
    workspace.expectRefusal(
      try workspace.run("run", "recipe.yaml"), code: 3, "loop.jsonl: is a symbolic link that leads back to itself")
    workspace.expectRefusal(
      try workspace.run("run", "recipe.yaml", "data.train=lost.jsonl"), code: 3,
      "lost.jsonl: is a symbolic link to a file that does not exist")
  }

  @Test("tokenize takes a text of ten gigabytes line by line, and no line above 64 MiB")
  func sparseText() throws {
    try workspace.write("sparse.txt", "ab\n\nc\r\n")
    try #require(truncate(workspace.file("sparse.txt").path, 10 << 30) == 0)
    let run = try workspace.run("tokenize", "--model", "model", "sparse.txt")
    #expect(run.exitCode == 3)
    #expect(run.output.split(separator: "\n", omittingEmptySubsequences: false).count == 4, "\(run.output)")
    #expect(run.messages.contains("sparse.txt:4: the line is longer than 64 MiB"), "\(run.messages)")
    let whole = try workspace.run("tokenize", "--model", "model", "sparse.txt", "--whole")
    workspace.expectRefusal(whole, code: 3, "sparse.txt: has more than 256 MiB")
  }
}
