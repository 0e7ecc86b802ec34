import StrictJSON

extension RunPage {
  /// The model's answers before and after training.
  var samples: [HTML] { prompts + heldOutAnswers }

  /// The recipe's prompts with their first and last answers; those in between are folded.
  private var prompts: [HTML] {
    var order: [String] = []
    var answers: [String: [(step: Int, text: String)]] = [:]
    for line in run.samples {
      for sample in line["samples"]?.arrayValue ?? [] {
        guard let prompt = sample["prompt"]?.stringValue, let answer = sample["answer"]?.stringValue else { continue }
        if answers[prompt] == nil { order.append(prompt) }
        answers[prompt, default: []].append((line["step"]?.intValue ?? 0, answer))
      }
    }
    return order.map { prompt in
      let history = answers[prompt] ?? []
      let between = history.dropFirst().dropLast().map { answer -> HTML in
        "<dt>step \(answer.step)</dt><dd class=\"text\">\(Self.shown(answer.text))</dd>"
      }
      let folded: HTML? =
        between.isEmpty ? nil : "<details><summary>During training</summary><dl>\(between)</dl></details>"
      return """
        <article class="sample"><p class="prompt">\(prompt)</p>
        <dl class="pair">\(history.first.map { Self.answer($0, "before") })\
        \(history.count > 1 ? history.last.map { Self.answer($0, "after") } : nil)</dl>\(folded)</article>
        """
    }
  }

  private static func answer(_ answer: (step: Int, text: String), _ kind: String) -> HTML {
    let title = answer.step == 0 ? "before training" : "after step \(answer.step)"
    return "<div class=\"\(kind)\"><dt>\(title)</dt><dd class=\"text\">\(shown(answer.text))</dd></div>"
  }

  private static func shown(_ text: String) -> String { text.isEmpty ? "(empty)" : text }

  /// The model's answers to held-out prompts beside the expected ones, if the recipe asks for them.
  private var heldOutAnswers: [HTML] {
    guard let last = run.answers.last, let list = last["answers"]?.arrayValue, !list.isEmpty else { return [] }
    let rows = list.map { answer -> [HTML] in
      let isMatch = answer["match"]?.boolValue ?? false
      return [
        isMatch ? "<span class=\"right\">✓ correct</span>" : "<span class=\"wrong\">✗ incorrect</span>",
        "<span class=\"text\">\(answer["expected"]?.stringValue ?? "")</span>",
        "<span class=\"text\">\(answer["written"]?.stringValue ?? "")</span>",
      ]
    }
    let (matches, count) = (last["matches"]?.intValue ?? 0, last["count"]?.intValue ?? 0)
    return [
      """
      <h3>Held-out answers</h3>
      <p class="note">\(matches) of \(count) match the record exactly. The first \(list.count) are shown.</p>
      """,
      HTML.table("Held-out answers", columns: [("", false), ("expected", false), ("written", false)], rows: rows),
    ]
  }
}
