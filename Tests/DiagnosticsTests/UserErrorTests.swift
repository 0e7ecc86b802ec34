import Diagnostics
import Testing

@Suite("Messages to users")
struct UserErrorTests {
  @Test("a name from a file cannot command the terminal")
  func controlCharacters() {
    let error = UserError.file("tensor 'a\u{1B}[2Jb\u{9B}c\u{0}': is damaged\nsecond line")
    #expect(error.message == #"tensor 'a\u{1B}[2Jb\u{009B}c\0': is damaged"# + "\nsecond line")
  }

  @Test("a message with a huge name keeps its beginning and its end")
  func length() {
    let error = UserError.file("x.json: key '\(String(repeating: "ü", count: 100_000))': expected a number")
    #expect(error.message.hasPrefix("x.json: key 'ü") && error.message.hasSuffix("ü': expected a number"))
    #expect(error.message.count < 4000)
    let short = "x.json: key '\(String(repeating: "ü", count: 500))'"
    #expect(UserError.file(short).message == short)
  }

  @Test("suggests the nearest name, but does not search for a huge one")
  func nearestNames() {
    #expect(nearestName(to: "learing_rate", in: ["epochs", "learning_rate"]) == "learning_rate")
    let huge = String(repeating: "x", count: 5_000_000)
    #expect(nearestName(to: huge, in: [huge + "y"]) == nil)
    #expect(nearestName(to: "epoch", in: [huge, "epochs"]) == "epochs")
  }
}
