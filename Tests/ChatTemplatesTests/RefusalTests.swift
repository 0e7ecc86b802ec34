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
  ])
  func nothingGoesOnForEver(_ source: String) {
    #expect(problem(source)?.kind == .recipe, "\(problem(source)?.message ?? "nothing")")
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
