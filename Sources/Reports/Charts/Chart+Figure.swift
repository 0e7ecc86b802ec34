extension Chart {
  /// The chart as a figure of a page: title, legend, picture, values.
  var figure: HTML {
    let isSingleLine = lines.count == 1
    let legend = lines.map { line -> HTML in
      "<li><span class=\"key \(line.style.rawValue) color\(line.color)\"></span>\(line.name)</li>"
    }
    return """
      <figure class="chart\(isWide ? " wide" : "")" id="\(id)">
      <figcaption><h3>\(title)</h3>\(summary.isEmpty ? nil : "<p>\(summary)</p>" as HTML)
      \(isSingleLine ? nil : "<ul class=\"legend\">\(legend)</ul>" as HTML)</figcaption>
      <div class="plot" tabindex="0" role="group" aria-label="\(title + ": arrow keys read the values")">
      \(drawing)<div class="tip" aria-hidden="true" hidden></div></div>
      <p class="unseen" role="status"></p>
      <script type="application/json">\(HTML(markup: values.compactText.replacing("<", with: "\\u003c")))</script>
      \(table)
      </figure>
      """
  }
}
