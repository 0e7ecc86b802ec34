import StrictJSON

extension RunPage {
  /// What the model answered before and after.
  var samples: [HTML] { prompts + heldOutAnswers }

  /// The recipe's prompts with their first and last answers, and those between folded away.
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
      let told = answers[prompt] ?? []
      let between = told.dropFirst().dropLast().map { answer -> HTML in
        "<dt>step \(answer.step)</dt><dd class=\"text\">\(Self.shown(answer.text))</dd>"
      }
      let folded: HTML? =
        between.isEmpty ? nil : "<details><summary>On the way</summary><dl>\(between)</dl></details>"
      return """
        <article class="sample"><p class="prompt">\(prompt)</p>
        <dl class="pair">\(told.first.map { Self.answer($0, "before") })\
        \(told.count > 1 ? told.last.map { Self.answer($0, "after") } : nil)</dl>\(folded)</article>
        """
    }
  }

  private static func answer(_ answer: (step: Int, text: String), _ kind: String) -> HTML {
    let title = answer.step == 0 ? "before training" : "after step \(answer.step)"
    return "<div class=\"\(kind)\"><dt>\(title)</dt><dd class=\"text\">\(shown(answer.text))</dd></div>"
  }

  private static func shown(_ text: String) -> String { text.isEmpty ? "(nothing)" : text }

  /// Held-out prompts beside what was expected, where the recipe lets the model answer them.
  private var heldOutAnswers: [HTML] {
    guard let last = run.answers.last, let list = last["answers"]?.arrayValue, !list.isEmpty else { return [] }
    let rows = list.map { answer -> [HTML] in
      let isMatch = answer["match"]?.boolValue ?? false
      return [
        isMatch ? "<span class=\"right\">✓ right</span>" : "<span class=\"wrong\">✗ wrong</span>",
        "<span class=\"text\">\(answer["expected"]?.stringValue ?? "")</span>",
        "<span class=\"text\">\(answer["written"]?.stringValue ?? "")</span>",
      ]
    }
    let (matches, count) = (last["matches"]?.intValue ?? 0, last["count"]?.intValue ?? 0)
    return [
      """
      <h3>Held-out answers</h3>
      <p class="note">\(matches) of \(count) are the record's to the letter; the first \(list.count) are shown.</p>
      """,
      HTML.table("Held-out answers", columns: [("", false), ("expected", false), ("written", false)], rows: rows),
    ]
  }
}
