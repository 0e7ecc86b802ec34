import Foundation
import Testing

/// `Autodiff` and `Optimization` as dependencies of another package, by URL and version, as SwiftPM fetches them. SwiftPM
/// refuses unsafe flags in the targets of a dependency.
@Suite("Use as a library")
struct LibraryUseTests {
  private static let manifest = """
    // swift-tools-version: 6.1
    import PackageDescription

    let package = Package(
      name: "xor",
      dependencies: [.package(url: "REPOSITORY", exact: "9999.0.0")],
      targets: [
        .executableTarget(
          name: "xor",
          dependencies: [
            .product(name: "Autodiff", package: "attune"), .product(name: "Optimization", package: "attune"),
          ])
      ])
    """

  private static let program = """
    import Autodiff
    import Optimization
    import Tensors

    let inputs = Variable(Tensor([0, 0, 0, 1, 1, 0, 1, 1], [4, 2]))
    let targets = Variable(Tensor([0, 1, 1, 0], [4, 1]))
    let shapes: [(String, Shape)] = [
      ("hidden.weight", [8, 2]), ("hidden.bias", [8]), ("output.weight", [1, 8]), ("output.bias", [1]),
    ]
    var random = RandomStream(seed: 1)
    let parameters = shapes.map { name, shape in
      Parameter(name, Variable(random.normalTensor(shape, deviation: 1), requiresGradient: true))
    }
    let p = parameters.map(\\.variable)
    let schedule = Schedule(.cosine, peak: 0.05, warmupSteps: 20, totalSteps: 300)
    var optimizer = AdamW(weightDecay: 0.001)
    var loss = Variable(Tensor(.infinity))
    for step in 1...schedule.totalSteps {
      let error = linear(tanh(linear(inputs, p[0], bias: p[1])), p[2], bias: p[3]) - targets
      loss = (error * error).mean()
      loss.backward()
      let clipping = clippingFactor(norm: globalNorm(of: parameters), limit: 1)
      optimizer.step(parameters, learningRate: schedule.learningRate(step: step), gradientScale: clipping)
      for variable in p { variable.clearGradient() }
    }
    print(loss.scalar)
    """

  private static let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Whether git can clone this repository; a source archive cannot be cloned.
  static var isClonable: Bool {
    (try? run("git", "-C", repository.path, "rev-parse", "--verify", "HEAD"))?.status == 0
  }

  @Test(
    "A fresh package learns XOR with AdamW, cosine warm-up and clipping",
    .enabled(if: LibraryUseTests.isClonable, "git cannot clone this folder"))
  func xor() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("attune-library-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let (clone, package) = (folder.appendingPathComponent("attune"), folder.appendingPathComponent("xor"))
    let sources = package.appendingPathComponent("Sources/xor")
    try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)

    // The commit that is checked out, tagged with a version.
    try check(Self.run("git", "clone", "--quiet", "--depth", "1", "file://\(Self.repository.path)", clone.path))
    try check(Self.run("git", "-C", clone.path, "tag", "9999.0.0"))
    try Self.manifest.replacingOccurrences(of: "REPOSITORY", with: "file://\(clone.path)")
      .write(to: package.appendingPathComponent("Package.swift"), atomically: true, encoding: .utf8)
    try Self.program.write(to: sources.appendingPathComponent("main.swift"), atomically: true, encoding: .utf8)

    try check(Self.run("swift", "build", "-c", "release", "--product", "xor", "--package-path", package.path))
    let trained = try Self.run(package.appendingPathComponent(".build/release/xor").path)
    try check(trained)
    let loss = try #require(Double(trained.output.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(loss < 0.01)
  }

  private func check(_ result: (status: Int32, output: String)) throws {
    try #require(result.status == 0, "\(result.output)")
  }

  /// Runs a program, given by its name or path, to its end; returns its output together with its messages.
  private static func run(_ command: String...) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
