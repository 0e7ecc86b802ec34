import Foundation
import Hashing

/// A self-contained HTML page: it includes its style and script, and may not request anything else.
struct Page {
  /// The title, for the browser's tab.
  let title: String
  /// The contents of the page.
  let body: [HTML]

  /// The complete document.
  var document: String {
    // Only this script can run, even if a mistake in this program lets another one in (w3.org/TR/CSP3).
    let digest = Data(Digest.sha256(of: Self.script.utf8)).base64EncodedString()
    let policy =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-\(digest)'; base-uri 'none'; form-action 'none'"
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="attune">
      <title>\(title)</title>
      <link rel="icon" href="data:,">
      <style>\(HTML(markup: Self.style))</style>
      </head>
      <body>
      <a class="skip" href="#content">Skip to content</a>
      <main id="content">
      \(body)
      </main>
      <script>\(HTML(markup: Self.script))</script>
      </body>
      </html>

      """
    return page.markup
  }
}

extension HTML {
  /// A section of a page with a heading; nil if there is nothing to show.
  static func section(_ title: String, id: String, _ pieces: [HTML]) -> HTML? {
    guard !pieces.isEmpty else { return nil }
    return
      "<section id=\"\(id)\" aria-labelledby=\"\(id)-title\"><h2 id=\"\(id)-title\">\(title)</h2>\n\(pieces)</section>"
  }

  /// A table in a box that scrolls on narrow screens.
  ///
  /// - Parameters:
  ///   - label: the name for screen readers.
  ///   - columns: the titles, and whether the columns contain numbers.
  ///   - rows: the cells; the first cell of a row is its heading.
  static func table(_ label: String, columns: [(title: String, isNumber: Bool)], rows: [[HTML]]) -> HTML {
    let head = columns.map { column -> HTML in
      column.isNumber
        ? "<th scope=\"col\" class=\"number\">\(column.title)</th>" : "<th scope=\"col\">\(column.title)</th>"
    }
    let body = rows.map { row -> HTML in
      let cells = zip(row, columns).enumerated().map { index, cell -> HTML in
        let open: HTML = index == 0 ? "<th scope=\"row\"" : "<td"
        let close: HTML = index == 0 ? "</th>" : "</td>"
        return open + (cell.1.isNumber ? " class=\"number\">" : ">") + cell.0 + close
      }
      return "<tr>\(cells)</tr>"
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="\(label)"><table class="plain">
      <thead><tr>\(head)</tr></thead><tbody>\(body)</tbody></table></div>
      """
  }
}
