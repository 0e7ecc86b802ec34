import ChatTemplates
import Diagnostics
import StrictJSON
import Testing

/// What is not supported, not defined or without end is refused in one message with the template's line.
@Suite struct RefusalTests {
  private func problem(_ source: String, _ variables: [(name: String, value: JSONValue)] = []) -> UserError? {
    do {
      _ = try ChatTemplate(source, place: "m/chat_template.jinja").render(variables)
      return nil
    } catch {
      return error as? UserError
    }
  }

  @Test(arguments: [
    ("a\n{{ x|tojsn }}", "line 2: the filter 'tojsn' is not supported. Did you mean 'tojson'?"),
    ("{{ x is strng }}", "line 1: the test 'strng' is not supported. Did you mean 'string'?"),
    ("\n\n{% include 'x' %}", "line 3: the tag 'include' is not supported; supported tags are for, if, "),
    ("{% for x in y recursive %}{% endfor %}", "line 1: recursive loops are not supported"),
    ("{% if x %}", "line 1: unexpected the end of the template, expected the tag 'elif' or 'else' or 'endif'"),
    ("{% for x in y %}{% endif %}", "line 1: the tag 'endif' is not supported"),
    ("{{ x", "line 1: a tag that begins here has no end"), ("{# x", "line 1: a comment that begins here has no end"),
    ("{{ (1 }}", "line 1: unexpected '}', expected ')'"), ("{{ 'x }}", "line 1: a string that begins here"),
    ("{{ f(*x) }}", "line 1: arguments from a list or mapping ('*') are not supported"),
    ("{% break %}", "line 1: 'break' stands outside of a loop"),
    ("{{ }}", "line 1: unexpected '}}', expected an expression"),
    ("{{ 99999999999999999999 }}", "line 1: the number 99999999999999999999 is too large"),
    ("{{ '\\ud83d' }}", "line 1: \\ud83d is no character"),
  ])
  func whatCannotBeRead(_ source: String, _ message: String) {
    #expect(
      problem(source)?.message.hasPrefix("m/chat_template.jinja, " + message) == true,
      "\(problem(source)?.message ?? "")")
    #expect(problem(source)?.kind == .file)
  }

  @Test(arguments: [
    ("a\n{{ x.y }}", "line 2: 'y' is asked of 'x', which is undefined"),
    ("{{ x() }}", "line 1: 'x', which is undefined cannot be called"),
    ("{{ 'a' + 1 }}", "line 1: '+' is not defined on a string and a whole number"),
    ("{{ 1 + none }}", "line 1: '+' is not defined on a whole number and none"),
    ("{{ 1 // 0 }}", "line 1: a division by zero"),
    ("{{ 9223372036854775807 + 1 }}", "line 1: a number becomes too large"),
    ("{{ (-9223372036854775807 - 1) // -1 }}", "line 1: a number becomes too large"),
    ("{{ [1].append(2) }}", "line 1: the method 'append' changes its object, which templates may not"),
    ("{{ x.__class__ }}", "line 1: the attribute '__class__' is not supported"),
    ("{{ ''.__class__ }}", "line 1: the attribute '__class__' is not supported"),
    ("{% for x in 3 %}{% endfor %}", "line 1: 'for' expects a list, a mapping or a string, found a whole number"),
    ("{{ 'a' < 1 }}", "line 1: a string and a whole number have no order"),
    ("{{ x|tojson }}", "line 1: 'tojson' expects a value that JSON has a form for, found 'x', which is undefined"),
    ("{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}", "line 1: the macro 'm' takes at most 1 arguments, found 2"),
    ("{{ 'a'.replace('b') }}", "line 1: 'replace' expects two strings"),
    ("{{ 'a'|replace('b', 'c', cout=1) }}", "line 1: 'replace' has no argument 'cout'. Did you mean 'count'?"),
  ])
  func whatIsNotDefined(_ source: String, _ message: String) {
    #expect(problem(source)?.message == "m/chat_template.jinja, " + message)
    #expect(problem(source)?.kind == .file)
  }

  @Test func aTemplateMayRefuseItsInput() {
    #expect(
      problem("\n{{ raise_exception('Roles must alternate') }}")?.message
        == "the model's chat template refuses the conversation: Roles must alternate (m/chat_template.jinja, line 2)")
  }

  /// Hostile templates end in a message of kind `recipe`: no record fares better.
  @Test(arguments: [
    "{% for a in range(100000) %}{% for b in range(100000) %}{{ b }}{% endfor %}{% endfor %}",
    "{{ range(1000000000) }}", "{{ 'a' * 9223372036854775807 }}", "{{ [0] * 1000000000000 }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% set ns = namespace(s='ab') %}{% for i in range(99999) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
    "{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = ns.s|replace('a', 'aaaaaaaaaa') %}{% endfor %}",
    "{% set ns = namespace(l=[]) %}{% for i in range(99999) %}{% set ns.l = [ns.l] %}{% endfor %}",
    "{% set ns = namespace(l={}) %}{% for i in range(99999) %}{% set ns.l = dict(a=ns.l) %}{% endfor %}",
    "{% set ns = namespace(n=1) %}{% for i in range(99999) %}{% set ns.n = namespace(n=ns.n) %}{% endfor %}",
    "{% set ns = namespace(s='x') %}{% for i in range(99999) %}{% set ns.s = ns.s.center(1000000) %}{% endfor %}",
    // Values that share their parts: small in memory, endless as text or step by step.
    "{{ [[['a' * 100000] * 10000] * 10000] }}", "{{ ([['a' * 100000] * 10000] * 10000)|tojson }}",
    "{{ ([['a' * 100000] * 10000] * 10000)|join }}", "{{ (['a' * 1000000] * 100000)|join }}",
    "{{ ''.join(['a' * 1000000] * 100000) }}", "{{ ('%s' * 10000) % (('a' * 1000000,) * 10000) }}",
    "{{ ('{0}' * 100000).format('a' * 1000000) }}", "{{ [[0] * 100000] * 100000 == [[0] * 100000] * 100000 }}",
    "{{ [[0] * 100000] * 100000 < [[0] * 100000] * 100000 }}",
    "{{ (['a' * 1000000] * 10000)|unique|list }}", "{{ ([[0] * 10000] * 10000)|sort }}",
    "{{ ('\\n' * 1000000)|indent('a' * 1000000) }}", "{{ ([0] * 100000)|tojson(indent='a' * 1000000) }}",
    "{{ ([0] * 100000)|tojson(separators=('a' * 1000000, 'b')) }}",
    "{% set s = 'a' * 60000000 %}{{ s ~ s ~ s ~ s ~ s ~ s }}",
    "{% set s = 'a' * 9000000 %}{% for i in range(99999) %}{% if s is lower %}{% endif %}{% endfor %}",
    "{% set s = 'a' * 9000000 %}{% for i in range(99999) %}{% set c = s[i] %}{% endfor %}",
    "{% set l = [0] * 90000 %}{% for i in range(99999) %}{% set c = 1 in l %}{% endfor %}",
    "{% for i in range(99999) %}{% for j in range(999) %}{% macro m() %}{% endmacro %}{% endfor %}{% endfor %}",
  ])
  func nothingGoesOnForEver(_ source: String) {
    #expect(problem(source)?.kind == .recipe, "\(problem(source)?.message ?? "nothing")")
  }

  /// Searching takes time by the lengths of the texts, not by their product.
  @Test func repetitiveTextsAreSearchedInTime() throws {
    let source =
      "{% set s = 'a' * 1000000 %}{{ s.find('a' * 500000 + 'b') }} {{ s.rfind('b' + 'a' * 500000) }} "
      + "{{ s.count('a' * 1000) }} {{ s.rfind('a' * 400000) }}"
    #expect(try ChatTemplate(source, place: "t").render([]).text == "-1 -1 1000 600000")
  }

  @Test func namesAndParametersHaveALimit() {
    let names = (0..<300).map { "a\($0)" }.joined(separator: ",")
    #expect(problem("{% macro m(\(names)) %}{% endmacro %}")?.message.contains("more than 255 parameters") == true)
    let name = String(repeating: "x", count: 5_000)
    #expect(problem("{{ \(name).y }}")?.message.contains("a name has more than 1000 characters") == true)
  }

  @Test func nestingHasALimit() {
    for source in [
      String(repeating: "(", count: 100_000), String(repeating: "{% if 1 %}", count: 100_000),
      "{{ " + String(repeating: "not ", count: 100_000) + "1 }}",
      "{{ " + String(repeating: "-", count: 100_000) + "1 }}",
      "{{ 1" + String(repeating: " + 1", count: 100_000) + " }}",
      "{{ x" + String(repeating: ".x", count: 100_000) + " }}",
      "{{ x" + String(repeating: "|trim", count: 100_000) + " }}",
      "{{ " + String(repeating: "[", count: 100_000) + " }}",
    ] {
      #expect(problem("{{ " + source + " }}") != nil || problem(source) != nil)
    }
  }
}
