import Autodiff
import Foundation
import Tensors
import Testing

/// Every operation that can be differentiated, against plain Float64 references. A case of `Operation` without rows does
/// not compile.
@Suite("Every operation of the inventory")
struct InventoryTests {
  @Test("Value and gradients are those of the reference", arguments: Autodiff.Operation.allCases)
  func reference(operation: Autodiff.Operation) {
    for row in rows(of: operation) {
      let (value, gradients, upstream) = row.run()
      let inputs = row.inputs.map(\.doubles)
      let valueError = relativeError(value, row.reference(inputs))
      #expect(valueError <= row.valueTolerance, "value of \(operation) \(row.name)")
      let differences = FiniteDifferences(inputs: inputs, upstream: upstream.doubles, function: row.reference)
      var random = RandomStream(seed: 11, purpose: row.name)
      let terms = gradients.map { rootMeanSquare(($0 ?? []).map(Double.init)) }.max() ?? 0
      for (index, gradient) in gradients.enumerated() {
        let error = differences.error(
          of: (gradient ?? []).map(Double.init), input: index, samples: row.samples, terms: terms, random: &random)
        #expect(error <= row.gradientTolerance, "gradient \(index) of \(operation) \(row.name)")
      }
    }
  }

  @Test("A gradient required alone is the one required with the others", arguments: Autodiff.Operation.allCases)
  func alone(operation: Autodiff.Operation) {
    for row in rows(of: operation) {
      let together = row.run().gradients
      for index in row.inputs.indices {
        let alone = row.run(trained: [index]).gradients
        #expect(alone[index] == together[index], "gradient \(index) of \(operation) \(row.name)")
        for other in row.inputs.indices where other != index { #expect(alone[other] == nil) }
      }
    }
  }

  @Test("Without gradients the value is the same and nothing is recorded", arguments: Autodiff.Operation.allCases)
  func withoutGradient(operation: Autodiff.Operation) {
    for row in rows(of: operation) {
      let leaves = row.leaves()
      let result = withoutGradients { row.forward(row.prepared(leaves)) }
      #expect(!result.requiresGradient)
      result.backward(normal(result.shape))
      #expect(leaves.allSatisfy { $0.gradient == nil })
      #expect(result.value.array == row.run().value, "\(operation) \(row.name)")
    }
  }

  @Test("Inputs used twice get the sum of both gradients", arguments: Autodiff.Operation.allCases)
  func fanOut(operation: Autodiff.Operation) {
    for row in rows(of: operation) {
      let once = row.run()
      let leaves = row.leaves()
      let inputs = row.prepared(leaves)
      (row.forward(inputs) + row.forward(inputs)).backward(once.upstream)
      for (index, leaf) in leaves.enumerated() {
        let expected = (once.gradients[index] ?? []).map { 2 * Double($0) }
        let error = relativeError(leaf.gradient?.array ?? [], expected)
        #expect(error <= row.gradientTolerance, "gradient \(index) of \(operation) \(row.name)")
      }
    }
  }

  @Test("Gradients of a second backward pass are added to those of the first", arguments: Autodiff.Operation.allCases)
  func accumulation(operation: Autodiff.Operation) {
    for row in rows(of: operation) {
      let once = row.run()
      let leaves = row.leaves()
      for _ in 0..<2 { row.forward(row.prepared(leaves)).backward(once.upstream) }
      for (index, leaf) in leaves.enumerated() {
        let expected = (once.gradients[index] ?? []).map { 2 * Double($0) }
        #expect(
          relativeError(leaf.gradient?.array ?? [], expected) <= 1e-6, "gradient \(index) of \(operation) \(row.name)")
      }
    }
  }

  @Test(
    "One variable in the place of all inputs gets the sum of their gradients", arguments: Autodiff.Operation.allCases)
  func sameInput(operation: Autodiff.Operation) {
    for row in rows(of: operation) where row.inputs.count > 1 && Set(row.inputs.map(\.shape)).count == 1 {
      let leaf = Variable(row.inputs[0], requiresGradient: true)
      let input = row.prepared([leaf])[0]
      guard row.bfloat16Inputs.isEmpty || row.bfloat16Inputs.count == row.inputs.count else { continue }
      let result = row.forward(row.inputs.map { _ in input })
      let upstream = normal(result.shape).cast(to: result.elementType)
      result.backward(upstream)
      let reference = { (x: [[Double]]) in row.reference(row.inputs.map { _ in x[0] }) }
      #expect(relativeError(result.value.array, reference([row.inputs[0].doubles])) <= row.valueTolerance)
      let differences = FiniteDifferences(
        inputs: [row.inputs[0].doubles], upstream: upstream.doubles, function: reference)
      var random = RandomStream(seed: 12, purpose: row.name)
      let error = differences.error(
        of: (leaf.gradient ?? .zeros([0])).doubles, input: 0, samples: row.samples, terms: 0, random: &random)
      #expect(error <= 2 * row.gradientTolerance, "\(operation) \(row.name)")
    }
  }

  @Test("The number of threads changes no bit", arguments: Autodiff.Operation.allCases)
  func threads(operation: Autodiff.Operation) {
    for row in rows(of: operation) {
      let one = Threads.$taskCount.withValue(1) { row.run() }
      for threads in [2, 3, 5] {
        let several = Threads.$taskCount.withValue(threads) { row.run() }
        #expect(several.value == one.value, "value of \(operation) \(row.name)")
        #expect(several.gradients == one.gradients, "gradients of \(operation) \(row.name)")
      }
    }
  }

  @Test("Every operation has a file of its name, and so have its rows")
  func files() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let sources = tests.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
      "Sources/Autodiff")
    func names(_ folder: URL, suffix: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("Operations").path)
        .filter { $0.hasSuffix(suffix) }.map { $0.dropLast(suffix.count).lowercased() }.sorted()
    }
    let operations = Autodiff.Operation.allCases.map { $0.rawValue.lowercased() }.sorted()
    #expect(try names(sources, suffix: ".swift") == operations)
    #expect(try names(tests, suffix: "Tests.swift") == operations)
  }
}

extension InventoryRow {
  /// The value and the inputs' gradients for a random upstream gradient.
  func run(trained: Set<Int>? = nil) -> (value: [Float], gradients: [[Float]?], upstream: Tensor) {
    let leaves = leaves(trained: trained)
    let result = forward(prepared(leaves))
    let upstream = normal(result.shape, "upstream").cast(to: result.elementType)
    result.backward(upstream)
    return (result.value.array, leaves.map { $0.gradient?.array }, upstream)
  }
}
