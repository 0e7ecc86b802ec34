import Diagnostics
import Foundation
import Reports
import Testing
import Training

/// Mutated files of a run, read as `attune report`, `attune compare` and `--resume` do.
@Suite("Mutated run files")
struct ReportFuzzTests {
  private static let metrics = """
    {"event":"start","parameters":5000,"trainable_parameters":120,"version":"0.1.0","steps":2,"threads":2}
    {"event":"session","step":0,"time":"2026-01-02T03:04:05Z","processor":"p","threads":2,"memory_bytes":1000000}
    {"event":"data","train":[{"name":"a","path":"a.jsonl","records":10,"tokens":99,"trained_tokens":40}],"held_out":[]}
    {"event":"evaluation","step":0,"loss":4.5,"perplexity":90.0,"sources":[{"name":"a","loss":4},{"name":"b","loss":5}]}
    {"event":"samples","step":0,"moment":"before","samples":[{"prompt":"Say <b>","answer":"no"}]}
    {"event":"step","step":1,"epoch":0.5,"loss":3.5,"learning_rate":0.001,"gradient_norm":2.0,"tokens":50,"seconds":0.2}
    {"event":"step","step":2,"epoch":1,"loss":null,"gradient_norm":null,"tokens_per_second":250.0,"skipped":true}
    {"event":"evaluation","step":2,"loss":3.2,"perplexity":24.5,"accuracy":0.25,"seconds":0.1,"best":true}
    {"event":"answers","step":2,"moment":"after","matches":1,"count":2,"answers":[{"expected":"a","written":"b"}]}
    {"event":"checkpoint","step":2,"kind":"last","session_seconds":59,"session_joules":12.5}
    {"event":"end","seconds":60,"steps":2,"result":"model.h5","session_seconds":60,"time":"2026-01-02T03:05:05Z"}

    """

  @Test("metrics.jsonl in a report, a comparison and a resumed run")
  func metrics() throws {
    let scratch = try Scratch()
    try Fuzzing.run(
      "metrics.jsonl", count: 400, valid: [Array(Self.metrics.utf8)], mutate: { $0.json($1) },
      parse: { bytes in
        try scratch.write(bytes, to: "metrics.jsonl")
        let record = try RunRecord(scratch.url)
        _ = RunPage(record, recipe: [], statedWatts: 12).document
        let run = try Comparison.Run("a", record, recipe: [], statedWatts: nil)
        _ = ComparePage(Comparison([run, run])).document
        try scratch.write(bytes, to: "resumed.jsonl")
        try MetricsFile(scratch["resumed.jsonl"], resumingAt: 1).write(["event": "step", "step": 2])
      })
  }

  @Test("evaluation.json in a comparison record by record")
  func losses() throws {
    let scratch = try Scratch()
    let text = """
      {"step":2,"sources":[{"name":"a","crc32c":123,"lines":[1,2,3,4,5,6,7,8,9,10,11],"counts":[1,2,3,4,5,6,7,8,9,9,9],
       "losses":[1.5,2.5,null,4.5,5.5,6.5,7.5,8.5,9.5,1e3,0]}]}
      """
    try Fuzzing.run("evaluation.json", count: 400, valid: [Array(text.utf8)], mutate: { $0.json($1) }) { bytes in
      try scratch.write(bytes, to: RecordLosses.fileName)
      guard let losses = try RecordLosses(readingFrom: scratch.url) else { return }
      _ = try? losses.difference(to: losses)
    }
  }
}
