import Testing

@Suite("Dependencies between modules")
struct DependencyTests {
  /// From the bottom to the top: a module depends only on modules before it.
  static let order = [
    // C, each used by one Swift module.
    "CKernels", "COpenBLAS", "CHDF5", "CCrypto",
    // Foundations.
    "Diagnostics", "Guarding", "Randomness", "StrictJSON", "InputFiles", "Hashing", "OutputFiles",
    // Numbers.
    "Tensors", "Autodiff", "Optimization",
    // Files.
    "Checkpoints",
    // Text and data.
    "Tokenization", "ChatTemplates", "InstructionData", "DataChecks",
    // Models, and what is done with them.
    "LanguageModels", "Adapters", "Inference", "Training", "Evaluation",
    // Programs.
    "ModelHub", "Reports", "Recipes", "Runs", "AttuneKit", "attune",
  ]

  /// The C libraries, each with the one module that sees it.
  static let owners = [
    "CKernels": "Tensors", "COpenBLAS": "Tensors", "CHDF5": "Checkpoints", "CCrypto": "Hashing",
  ]

  @Test("Package.swift was understood")
  func manifest() {
    #expect(Repository.manifest.targets.count > 30)
    #expect(Repository.manifest.targets.contains { $0.name == "Autodiff" && $0.dependencies == ["Tensors"] })
    #expect(Repository.swiftFiles.count > 300)
  }

  @Test("Only its owner imports a C library")
  func libraries() {
    for file in Repository.swiftFiles where file.path.hasPrefix("Sources/") {
      for library in file.imports {
        guard let owner = Self.owners[library] else { continue }
        #expect(file.target == owner, "\(file.path) imports \(library), which only \(owner) may see")
      }
    }
  }

  @Test("Every import is declared in Package.swift, and every declared dependency is imported")
  func declarations() {
    let manifest = Repository.manifest
    let known = manifest.modules.union(manifest.dependencies)
    let files = Dictionary(grouping: Repository.swiftFiles, by: \.target)
    // The end-to-end tests start the program.
    let executables = Set(manifest.targets.filter { $0.kind == "executableTarget" }.map(\.name))
    for target in manifest.targets {
      guard let files = files[target.name] else { continue }
      let imports = files.reduce(into: Set<String>()) { $0.formUnion($1.imports) }.intersection(known)
      let undeclared = imports.subtracting(target.dependencies).subtracting([target.name])
      #expect(undeclared.isEmpty, "\(target.name) imports \(undeclared.sorted()), which Package.swift does not declare")
      let unused = target.dependencies.subtracting(imports).subtracting(executables)
      #expect(unused.isEmpty, "\(target.name) declares \(unused.sorted()) in Package.swift and imports none of them")
    }
  }

  @Test("Modules depend downward only, in one order without cycles")
  func downward() {
    let places = Dictionary(uniqueKeysWithValues: Self.order.enumerated().map { ($1, $0) })
    let manifest = Repository.manifest
    for target in manifest.targets where target.kind != "testTarget" && target.name != "TestSupport" {
      guard let place = places[target.name] else {
        Issue.record("\(target.name) is missing in the order of modules: add it to DependencyTests.order")
        continue
      }
      for dependency in target.dependencies.intersection(manifest.modules) {
        #expect(
          places[dependency] ?? .max < place, "\(target.name) depends on \(dependency), which is above it in the order")
      }
    }
  }
}
