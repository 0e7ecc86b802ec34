import Testing

@Suite("Memory and threads")
struct MemoryTests {
  /// Modules of models, training and programs: tensors are all that they know of memory.
  static let modules: Set<String> = [
    "Autodiff", "Optimization", "LanguageModels", "Adapters", "Training", "Inference", "Evaluation", "Recipes", "Runs",
    "AttuneKit", "attune",
  ]

  /// Files that do need a pointer, and why.
  static let exceptions = [
    "Sources/attune/Program/AddressLimit.swift": "the words for a crash are allocated before memory runs out",
    "Sources/attune/Terminal/Console.swift": "writes bytes to a file descriptor",
  ]

  @Test("Above Tensors no file holds a pointer")
  func pointers() {
    for file in files {
      for (number, line) in file.code where line.contains(/Unsafe\w*Pointer|\.baseAddress\b/) {
        #expect(
          Self.exceptions[file.path] != nil,
          "\(file.path):\(number): a pointer; Tensors' kernels, `withElements` and `withBytes` are the way to elements")
      }
    }
  }

  @Test("Above Tensors no file splits work over threads")
  func threads() {
    for file in files {
      for (number, line) in file.code where line.contains(/Threads\.(forRange|forTiles|parallel)\b/) {
        Issue.record("\(file.path):\(number): a loop over threads; it belongs in a kernel of Tensors")
      }
    }
  }

  private var files: [SourceFile] {
    Repository.swiftFiles.filter { $0.path.hasPrefix("Sources/") && Self.modules.contains($0.target) }
  }
}
