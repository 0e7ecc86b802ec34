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
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C, behind the one module that uses each.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
    .target(name: "CKernels"),

    // Threads.
    .target(name: "Guarding"),

    // What comes from outside.
    .target(name: "Diagnostics"),
    .target(name: "StrictJSON"),
    .target(name: "InputFiles", dependencies: ["Diagnostics"]),

    // What goes out.
    .target(name: "Hashing", dependencies: ["CCrypto"]),
    .target(name: "OutputFiles", dependencies: ["Diagnostics", "Guarding", "InputFiles"]),

    // Numbers.
    .target(name: "Randomness"),
    .target(name: "Tensors", dependencies: ["COpenBLAS", "CKernels", "Guarding", "Randomness"]),
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
        "CHDF5", "Diagnostics", "Hashing", "InputFiles", "OutputFiles", "StrictJSON",
      ]),

    // Models from a hub.
    .target(
      name: "ModelHub",
      dependencies: [
        "Diagnostics", "Hashing", "InputFiles", "OutputFiles", "StrictJSON",
      ]),

    // What a run tells, for people: TensorBoard, pages, comparisons.
    .target(
      name: "Reports",
      dependencies: [
        "Diagnostics", "Hashing", "InputFiles", "OutputFiles", "Randomness", "StrictJSON",
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
      name: "Inference",
      dependencies: [
        "Adapters", "Autodiff", "Checkpoints", "Diagnostics", "InstructionData", "LanguageModels",
        "OutputFiles", "StrictJSON", "Tensors", "Tokenization",
      ]),
    .target(
      name: "Training",
      dependencies: [
        "Autodiff", "Checkpoints", "Diagnostics", "Hashing", "InputFiles", "InstructionData", "LanguageModels",
        "Optimization", "OutputFiles", "StrictJSON", "Tensors",
      ]),
    .target(
      name: "Recipes",
      dependencies: [
        "Adapters", "Diagnostics", "InputFiles", "InstructionData", "LanguageModels", "Optimization", "StrictJSON",
        "Tensors", "Training", .product(name: "Yams", package: "Yams"),
      ]),
    .target(
      name: "Runs",
      dependencies: [
        "Adapters", "Checkpoints", "DataChecks", "Diagnostics", "Hashing", "Inference", "InputFiles",
        "InstructionData", "LanguageModels", "Optimization", "OutputFiles", "Recipes", "Reports", "StrictJSON",
        "Tensors", "Tokenization", "Training",
      ]),
    .executableTarget(
      name: "attune",
      dependencies: [
        "Adapters", "Checkpoints", "DataChecks", "Diagnostics", "Inference", "InputFiles", "InstructionData",
        "LanguageModels", "ModelHub", "OutputFiles", "Recipes", "Reports", "Runs", "StrictJSON", "Tensors",
        "Tokenization", "Training",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    .target(
      name: "TestSupport",
      dependencies: ["Checkpoints", "InstructionData", "LanguageModels", "StrictJSON", "Tensors"],
      path: "Tests/TestSupport"),
    .testTarget(name: "ArchitectureTests"),
    .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"]),
    .testTarget(name: "InputFilesTests", dependencies: ["InputFiles", "TestSupport"]),
    .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON"]),
    .testTarget(
      name: "TokenizationTests",
      dependencies: ["Diagnostics", "Randomness", "StrictJSON", "TestSupport", "Tokenization"]),
    .testTarget(name: "ChatTemplatesTests", dependencies: ["ChatTemplates", "Diagnostics", "StrictJSON"]),
    .testTarget(
      name: "InstructionDataTests",
      dependencies: ["Diagnostics", "InstructionData", "Randomness", "StrictJSON", "TestSupport", "Tokenization"]),
    .testTarget(name: "DataChecksTests", dependencies: ["DataChecks"]),
    .testTarget(
      name: "CheckpointsTests",
      dependencies: ["Checkpoints", "Diagnostics", "OutputFiles", "Randomness", "TestSupport"]),
    .testTarget(name: "HashingTests", dependencies: ["Hashing"]),
    .testTarget(name: "RandomnessTests", dependencies: ["Randomness"]),
    .testTarget(name: "OutputFilesTests", dependencies: ["OutputFiles", "TestSupport"]),
    .testTarget(
      name: "ModelHubTests", dependencies: ["Hashing", "ModelHub", "StrictJSON"]),
    .testTarget(name: "ReportsTests", dependencies: ["Reports", "StrictJSON"]),
    .testTarget(
      name: "RecipesTests",
      dependencies: [
        "Adapters", "Diagnostics", "InstructionData", "LanguageModels", "Randomness", "Recipes", "StrictJSON",
        "Training",
      ]),
    .testTarget(name: "RunsTests", dependencies: ["Diagnostics", "Recipes", "Runs"]),
    .testTarget(name: "TensorsTests", dependencies: ["CKernels", "Tensors"]),
    .testTarget(name: "AutodiffTests", dependencies: ["Autodiff", "Tensors"]),
    .testTarget(name: "OptimizationTests", dependencies: ["Autodiff", "Optimization", "Tensors"]),
    .testTarget(
      name: "LanguageModelsTests",
      dependencies: [
        "Autodiff", "Checkpoints", "Diagnostics", "LanguageModels", "StrictJSON", "Tensors", "TestSupport",
      ]),
    .testTarget(
      name: "AdaptersTests",
      dependencies: [
        "Adapters", "Autodiff", "Checkpoints", "Diagnostics", "InstructionData", "LanguageModels", "Optimization",
        "StrictJSON", "Tensors", "TestSupport", "Training",
      ]),
    .testTarget(
      name: "InferenceTests",
      dependencies: [
        "Autodiff", "Checkpoints", "Diagnostics", "Inference", "InstructionData", "LanguageModels", "StrictJSON",
        "Tensors", "TestSupport", "Tokenization",
      ]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Autodiff", "Checkpoints", "Diagnostics", "InstructionData", "LanguageModels", "Optimization", "StrictJSON",
        "Tensors", "TestSupport", "Training",
      ]),
    .testTarget(
      name: "FuzzTests",
      dependencies: [
        "Adapters", "ChatTemplates", "Checkpoints", "Diagnostics", "Inference", "InstructionData", "LanguageModels",
        "Randomness", "Recipes", "Reports", "StrictJSON", "TestSupport", "Tokenization", "Training",
      ]),
    .testTarget(
      name: "DocumentationTests",
      dependencies: ["Autodiff", "InstructionData", "LanguageModels", "Optimization", "Recipes", "Tensors", "Training"]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "attune", "Checkpoints", "InstructionData", "OutputFiles", "StrictJSON", "Tensors", "TestSupport",
      ]),
  ]
)
