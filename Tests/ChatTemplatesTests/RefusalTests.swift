import ChatTemplates
import Diagnostics
import StrictJSON
import Testing

/// Templates that are unsupported, undefined or endless are refused in one message with the template's line.
@Suite struct RefusalTests {
  private func problem(_ source: String, _ variables: [(name: String, value: JSONValue)] = []) -> UserError? {
    do {
      _ = try ChatTemplate(source, file: "m/chat_template.jinja").render(variables)
      return nil
    } catch {
      return error as? UserError
    }
  }

  @Test(arguments: [
    ("a\n{{ x|tojsn }}", "2: the filter 'tojsn' is not supported. Did you mean 'tojson'?"),
    ("{{ x is strng }}", "1: the test 'strng' is not supported. Did you mean 'string'?"),
    ("\n\n{% include 'x' %}", "3: the tag 'include' is not supported; expected one of for, if, "),
    ("{% for x in y recursive %}{% endfor %}", "1: recursive loops are not supported"),
    ("{% if x %}", "1: expected the tag 'elif' or 'else' or 'endif', found the end of the template"),
    ("{% for x in y %}{% endif %}", "1: the tag 'endif' is not supported"),
    ("{{ x", "1: the tag that begins here has no end"), ("{# x", "1: the comment that begins here has no end"),
    ("{{ (1 }}", "1: expected ')', found '}'"), ("{{ 'x }}", "1: the string that begins here"),
    ("{{ f(*x) }}", "1: arguments from a list or mapping ('*') are not supported"),
    ("{% break %}", "1: 'break' is outside a loop"),
    ("{{ }}", "1: expected an expression, found '}}'"),
    ("{{ 99999999999999999999 }}", "1: the number 99999999999999999999 is too large"),
    ("{{ '\\ud83d' }}", "1: \\ud83d is not a character"),
  ])
  func templatesThatCannotBeRead(_ source: String, _ message: String) {
    #expect(
      problem(source)?.message.hasPrefix("m/chat_template.jinja:" + message) == true,
      "\(problem(source)?.message ?? "")")
    #expect(problem(source)?.kind == .file)
  }

  @Test(arguments: [
    ("a\n{{ x.y }}", "2: cannot read 'y' of 'x', which is undefined"),
    ("{{ x() }}", "1: a call expects a macro, a function or a method, found 'x', which is undefined"),
    ("{{ 'a' + 1 }}", "1: '+' is not defined for a string and a whole number"),
    ("{{ 1 + none }}", "1: '+' is not defined for a whole number and none"),
    ("{{ 1 // 0 }}", "1: division by zero"),
    ("{{ 9223372036854775807 + 1 }}", "1: the result does not fit into 64 bits"),
    ("{{ (-9223372036854775807 - 1) // -1 }}", "1: the result does not fit into 64 bits"),
    ("{{ [1].append(2) }}", "1: the method 'append' would change its object, which is not supported"),
    ("{{ x.__class__ }}", "1: the attribute '__class__' is not supported"),
    ("{{ ''.__class__ }}", "1: the attribute '__class__' is not supported"),
    ("{% for x in 3 %}{% endfor %}", "1: 'for' expects a list, a mapping or a string, found a whole number"),
    ("{{ 'a' < 1 }}", "1: cannot order a string and a whole number"),
    ("{{ x|tojson }}", "1: 'tojson' expects a value that JSON can represent, found 'x', which is undefined"),
    (
      "{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}",
      "1: too many arguments for the macro 'm': expected at most 1, found 2"
    ),
    ("{{ 'a'.replace('b') }}", "1: 'replace' expects two strings"),
    ("{{ 'a'|replace('b', 'c', cout=1) }}", "1: 'replace' has no argument 'cout'. Did you mean 'count'?"),
  ])
  func undefinedOperations(_ source: String, _ message: String) {
    #expect(problem(source)?.message == "m/chat_template.jinja:" + message)
    #expect(problem(source)?.kind == .file)
  }

  @Test func aTemplateCanRefuseItsInput() {
    #expect(
      problem("\n{{ raise_exception('Roles must alternate') }}")?.message
        == "the model's chat template refuses the conversation: Roles must alternate (m/chat_template.jinja:2)")
  }

  @Test func aTemplateInAnotherFileIsNamedByItsKey() throws {
    let error = try #require(throws: UserError.self) {
      try ChatTemplate("a\n{{ x", file: "m/tokenizer_config.json", key: "chat_template")
    }
    #expect(
      error.message == "m/tokenizer_config.json: chat_template, line 2: the tag that begins here has no end")
  }

  /// A hostile template ends in an error of kind `recipe`, since no other record will do better.
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
    // Values that share their parts: small in memory, but almost endless as text or element by element.
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
  func everyRenderingEnds(_ source: String) {
    #expect(problem(source)?.kind == .recipe, "\(problem(source)?.message ?? "nothing")")
  }

  /// Searching takes time proportional to the sum of the lengths, not to their product.
  @Test func repetitiveTextsAreSearchedInTime() throws {
    let source =
      "{% set s = 'a' * 1000000 %}{{ s.find('a' * 500000 + 'b') }} {{ s.rfind('b' + 'a' * 500000) }} "
      + "{{ s.count('a' * 1000) }} {{ s.rfind('a' * 400000) }}"
    #expect(try ChatTemplate(source, file: "t").render([]).text == "-1 -1 1000 600000")
  }

  @Test func namesAndParametersHaveALimit() {
    let names = (0..<300).map { "a\($0)" }.joined(separator: ",")
    #expect(problem("{% macro m(\(names)) %}{% endmacro %}")?.message.contains("more than 255 parameters") == true)
    let name = String(repeating: "x", count: 5_000)
    #expect(problem("{{ \(name).y }}")?.message.contains("the name has more than 1000 characters") == true)
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
