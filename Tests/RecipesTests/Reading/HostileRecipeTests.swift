import Diagnostics
import Foundation
import Randomness
import Recipes
import Testing

@Suite("Recipes that mean harm")
struct HostileRecipeTests {
  /// Succeeds or throws `UserErrors`; anything else is a failure, and a trap ends the test.
  private func decode(_ bytes: [UInt8]) throws {
    do {
      _ = try RecipeFile(bytes: bytes, path: "hostile.yaml", overrides: [])
    } catch let errors as UserErrors {
      #expect(errors.kind == .recipe)
    }
  }

  @Test("a few lines that stand for billions of values")
  func billionLaughs() throws {
    var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for (name, previous) in zip("bcdefghij", "abcdefghi") {
      text += "\(name): &\(name) [\(Array(repeating: "*\(previous)", count: 9).joined(separator: ", "))]\n"
    }
    for text in [text, text + "? *j\n: x\n", text.replacing(": &", with: ":  &")] {
      #expect(throws: UserErrors.self) { try RecipeFile(text: text, path: "laughs.yaml") }
    }
  }

  @Test(
    "depth, length, repetition",
    arguments: [
      String(repeating: "[", count: 500_000), String(repeating: "{", count: 500_000),
      String(repeating: "- ", count: 500_000), String(repeating: "a: {", count: 250_000),
      String(repeating: "? ", count: 500_000), String(repeating: "x", count: 1 << 20),
      "output: " + String(repeating: "x", count: (1 << 20) - 8), String(repeating: "k: v\n", count: 20_000),
      (0..<100_000).map { "k\($0): v\n" }.joined(), String(repeating: "'", count: 1 << 20),
      String(repeating: "\"a\\n", count: 250_000), "a: " + String(repeating: "[],", count: 300_000),
      String(repeating: "- [{a: b}]\n", count: 90_000), String(repeating: "#", count: (1 << 20) + 1),
    ])
  func extremes(text: String) throws {
    try decode(Array(text.utf8))
  }

  @Test("hundreds of recipes with bytes changed, cut and put in")
  func mutations() throws {
    var random = SplitMix64(state: 20_260_801)
    let pieces = [
      "&a ", "*a", "? ", ": ", "- ", "[", "]", "{", "}", "!!map ", "---\n", "...\n", "|\n", ">-\n", "\t", "\u{0}", "'",
      "\"", "%",
      "\\", "\n", "\r", "\u{FEFF}", "\u{85}", "1e999", "-", ".nan", "0x10", "<<: ", "null", "\\ud800", "\u{10FFFD}",
      "#",
    ]
    for iteration in 0..<2000 {
      var bytes = Array(exampleRecipe.utf8)
      for _ in 0...Int.random(in: 0..<4, using: &random) {
        let position = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[position] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes.removeSubrange(position..<min(bytes.count, position + Int.random(in: 1..<40, using: &random)))
        case 2: bytes.insert(contentsOf: pieces.randomElement(using: &random)?.utf8 ?? "".utf8, at: position)
        case 3: bytes = Array(bytes[..<position])
        default:
          let end = min(bytes.count, position + Int.random(in: 1..<200, using: &random))
          bytes.insert(contentsOf: bytes[position..<end], at: Int.random(in: 0...position, using: &random))
        }
        if bytes.isEmpty { bytes = [UInt8(ascii: "a")] }
      }
      #expect(throws: Never.self, "iteration \(iteration)") { try decode(bytes) }
    }
  }

  @Test("overrides of all sorts")
  func overrides() throws {
    for override in [
      "a=[[[[", "=", "", ".=.", "a.b.c.d.e=1", "data.train.0=x", "x=&a [*a]", "model.configuration.a.b=1",
    ] {
      do {
        _ = try RecipeFile(text: shortestRecipe, path: "x.yaml", overrides: [override])
      } catch let errors as UserErrors {
        #expect(errors.kind == .recipe)
      }
    }
  }
}
