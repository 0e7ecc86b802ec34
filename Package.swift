// swift-tools-version: 6.1
import PackageDescription

/// Attune: fine-tuning of language models where there is no GPU and no Python.
///
/// Modules depend downward only. `Autodiff` and `Optimization` are products of their own: no target behind them
/// has unsafe flags, so that a package may depend on them by URL and version.
let package = Package(
  name: "attune",
  products: [
    .executable(name: "attune", targets: ["attune"]),
    .library(name: "Autodiff", targets: ["Autodiff", "Tensors"]),
    .library(name: "Optimization", targets: ["Optimization"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C, behind the one module that uses each.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
    .target(name: "COneDNN"),
    .target(name: "CKernels"),

    // Threads.
    .target(name: "Guarding"),

    // What comes from outside.
    .target(name: "Diagnostics"),
    .target(name: "StrictJSON", dependencies: ["Diagnostics"]),
    .target(name: "InputFiles", dependencies: ["Diagnostics"]),

    // Numbers.
    .target(name: "Randomness"),
    .target(name: "Tensors", dependencies: ["COpenBLAS", "COneDNN", "CKernels", "Guarding", "Randomness"]),
    .target(name: "Autodiff", dependencies: ["Tensors"]),
    .target(name: "Optimization", dependencies: ["Autodiff", "Tensors"]),

    // Text.
    .target(name: "Tokenization", dependencies: ["Diagnostics", "Guarding", "InputFiles", "StrictJSON"]),
    .target(name: "ChatTemplates", dependencies: ["Diagnostics", "StrictJSON"]),
    .target(
      name: "InstructionData",
      dependencies: ["ChatTemplates", "Diagnostics", "InputFiles", "Randomness", "StrictJSON", "Tokenization"]),

    .target(name: "DataChecks", dependencies: ["Randomness"]),

    // Files.
    .target(
      name: "Checkpoints",
      dependencies: [
        "CHDF5", "Diagnostics", "Guarding", "InputFiles", "StrictJSON",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),

    // Models from a hub.
    .target(
      name: "ModelHub",
      dependencies: [
        "Checkpoints", "Diagnostics", "InputFiles", "StrictJSON", .product(name: "Crypto", package: "swift-crypto"),
      ]),

    // What a run tells, for people: TensorBoard, pages, comparisons.
    .target(
      name: "Reports",
      dependencies: [
        "Checkpoints", "Diagnostics", "InputFiles", "Randomness", "StrictJSON",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),

    // Models and their training.
    .target(
      name: "LanguageModels", dependencies: ["Autodiff", "Checkpoints", "Diagnostics", "StrictJSON", "Tensors"]),
    .target(
      name: "Adapters",
      dependencies: [
        "Autodiff", "Checkpoints", "Diagnostics", "LanguageModels", "Optimization", "StrictJSON", "Tensors",
      ]),
    .target(
      name: "Training",
      dependencies: [
        "Autodiff", "Checkpoints", "Diagnostics", "InputFiles", "InstructionData", "LanguageModels", "Optimization",
        "Tensors",
      ]),
    .target(
      name: "Recipes",
      dependencies: [
        "Adapters", "Checkpoints", "DataChecks", "Diagnostics", "InputFiles", "InstructionData", "LanguageModels",
        "Optimization", "Reports", "StrictJSON", "Tensors", "Tokenization", "Training",
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "Yams", package: "Yams"),
      ]),
    .executableTarget(
      name: "attune",
      dependencies: [
        "Adapters", "Checkpoints", "DataChecks", "Diagnostics", "InputFiles", "InstructionData", "LanguageModels",
        "ModelHub",
        "Recipes", "Reports", "StrictJSON", "Tensors", "Tokenization", "Training",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    .target(
      name: "TestSupport",
      dependencies: ["Checkpoints", "InstructionData", "LanguageModels", "StrictJSON", "Tensors"],
      path: "Tests/TestSupport"),
    .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"]),
    .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON"]),
    .testTarget(
      name: "TokenizationTests",
      dependencies: ["Diagnostics", "Randomness", "StrictJSON", "TestSupport", "Tokenization"]),
    .testTarget(name: "ChatTemplatesTests", dependencies: ["ChatTemplates"]),
    .testTarget(name: "InstructionDataTests", dependencies: ["InstructionData", "TestSupport"]),
    .testTarget(name: "DataChecksTests", dependencies: ["DataChecks"]),
    .testTarget(name: "CheckpointsTests", dependencies: ["Checkpoints", "Randomness"]),
    .testTarget(
      name: "ModelHubTests",
      dependencies: ["Diagnostics", "ModelHub", "StrictJSON", .product(name: "Crypto", package: "swift-crypto")]),
    .testTarget(name: "ReportsTests", dependencies: ["Reports", "StrictJSON"]),
    .testTarget(name: "RecipesTests", dependencies: ["Randomness", "Recipes"]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
    .testTarget(name: "AutodiffTests", dependencies: ["Autodiff"]),
    .testTarget(name: "OptimizationTests", dependencies: ["Optimization"]),
    .testTarget(name: "LanguageModelsTests", dependencies: ["LanguageModels", "TestSupport", "Tokenization"]),
    .testTarget(name: "AdaptersTests", dependencies: ["Adapters", "TestSupport", "Training"]),
    .testTarget(name: "TrainingTests", dependencies: ["TestSupport", "Training"]),
    .testTarget(
      name: "FuzzTests",
      dependencies: [
        "Adapters", "ChatTemplates", "Checkpoints", "Diagnostics", "InstructionData", "LanguageModels", "Randomness",
        "Recipes", "Reports", "StrictJSON", "TestSupport", "Tokenization", "Training",
      ]),
    .testTarget(
      name: "DocumentationTests",
      dependencies: ["Autodiff", "InstructionData", "LanguageModels", "Optimization", "Recipes", "Tensors", "Training"]),
    .testTarget(name: "EndToEndTests", dependencies: ["attune", "Checkpoints", "TestSupport"]),
  ]
)
