import InstructionData
import TestSupport
import Testing
import attune

@Suite("Text for the terminal")
struct TerminalTests {
  @Test(
    "counts",
    arguments: [
      (0, "0"), (950, "950"), (9_999, "9999"), (12_345, "12.3 k"), (999_949, "999.9 k"), (999_950, "1.0 M"),
      (134_515_008, "134.5 M"), (1_235_814_400, "1.24 B"), (-12_345, "-12.3 k"), (.min, "-9223372036.85 B"),
    ])
  func counts(value: Int, text: String) {
    #expect(Human.count(value) == text)
  }

  @Test(
    "sizes",
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1_048_575, "1.0 MiB"), (1_288_490_189, "1.2 GiB"),
      (.max, "8388608.0 TiB"), (-1, "0 B"),
    ])
  func sizes(value: Int, text: String) {
    #expect(Human.bytes(value) == text)
  }

  @Test(
    "durations",
    arguments: [
      (0, "0 ms"), (0.42, "420 ms"), (0.9996, "1.0 s"), (4.2, "4.2 s"), (9.97, "10 s"), (59.6, "1 min"),
      (200, "3 min 20 s"), (7500, "2 h 5 min"), (273_600, "3 d 4 h"), (.nan, "?"), (.infinity, "?"), (-1, "?"),
    ])
  func durations(seconds: Double, text: String) {
    #expect(Human.duration(seconds) == text)
  }

  @Test("percentages, learning rates, fixed digits")
  func others() {
    #expect(Human.percent(0.12345) == "12.3 %")
    #expect(Human.rate(3e-4) == "3.00e-04")
    #expect(Human.fixed(2.34567, 4) == "2.3457")
    #expect(Human.fixed(.nan, 2) == "nan")
  }

  @Test("tables align texts left and numbers right")
  func table() {
    var table = Table(columns: [.left("source"), .right("records"), .left("note")])
    table.add(["dates", "1200", "é"])
    table.add(["sums of two", "7", ""])
    #expect(
      table.text == """
        source       records  note
        ───────────  ───────  ────
        dates           1200  é
        sums of two        7
        """)
  }

  /// The output of a progress line with a clock that the test sets.
  private func written(
    isLive: Bool, isLog: Bool = false, _ body: (_ line: inout ProgressLine, _ clock: (Double) -> Void) -> Void
  ) -> String {
    var text = ""
    var time = 0.0
    var line = ProgressLine(isLive: isLive, isLog: isLog, columns: { 12 }, now: { time }, write: { text += $0 })
    body(&line) { time = $0 }
    line.finish()
    return text
  }

  @Test("a live line rewrites itself, at most ten times a second, and never wraps; a note keeps it")
  func live() {
    let text = written(isLive: true) { line, clock in
      line.show("step 1")
      clock(0.05)
      line.show("step 2")
      clock(0.2)
      line.show("step 3 of many")
      clock(0.25)
      line.show("step 4")
      line.note("saved")
      line.note("and noted")
      line.show("step 5")
    }
    #expect(
      text == "\r\u{1B}[Kstep 1\r\u{1B}[Kstep 3 of m\r\u{1B}[Kstep 4\nsaved\nand noted\n\r\u{1B}[Kstep 5\n")
  }

  @Test("without a terminal a log has a plain line every ten seconds, and always the last")
  func log() {
    let text = written(isLive: false, isLog: true) { line, clock in
      for step in 1...25 {
        clock(Double(step))
        line.show("step \(step)")
      }
    }
    #expect(text == "step 1\nstep 11\nstep 21\nstep 25\n")
  }

  @Test("without a terminal and a log, what takes less than ten seconds shows nothing")
  func plain() {
    func text(seconds: Int) -> String {
      written(isLive: false) { line, clock in
        for second in 0...seconds {
          clock(Double(second))
          line.show("\(second) of \(seconds)")
        }
      }
    }
    #expect(text(seconds: 9) == "")
    #expect(text(seconds: 25) == "10 of 25\n20 of 25\n")
  }

  @Test("bars are for terminals")
  func bars() throws {
    let folder = try TemporaryFolder()
    try folder.write("0123456789", to: "x")
    let progress = ReadingProgress(DataSource(path: folder["x"].path), records: 3, bytes: 5)
    #expect(progress.text(isLive: true).hasPrefix("████████████░░░░░░░░░░░░ 50.0 %  "))
    #expect(progress.text(isLive: false) == "50.0 %  \(folder["x"].path): 3 records")
  }

  @Test(
    "words for a shell",
    arguments: [
      ("a/b_c.h5", "a/b_c.h5"), ("a b", "'a b'"), ("it's", #"'it'\''s'"#), ("~/a", "'~/a'"), ("", "''"), ("ü", "ü"),
      ("$a", "'$a'"), ("data.train=[a]", "'data.train=[a]'"),
    ])
  func words(text: String, word: String) {
    #expect(shellWord(text) == word)
  }

  @Test("a note follows the state it belongs to")
  func note() {
    let text = written(isLive: false, isLog: true) { line, clock in
      for step in 1...4 {
        clock(Double(step))
        line.show("step \(step)")
        if step == 3 { line.note("evaluated") }
      }
    }
    #expect(text == "step 1\nstep 3\nevaluated\nstep 4\n")
  }
}
