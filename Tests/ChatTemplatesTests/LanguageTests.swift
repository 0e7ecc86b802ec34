import ChatTemplates
import StrictJSON
import Testing

/// The language, feature by feature, compared with Python's Jinja 3.1.6 as transformers 5.23 configures it.
@Suite struct LanguageTests {
  static let variables: [(name: String, value: JSONValue)] = [
    ("xs", [3, 1, 2]), ("names", ["b", "A", "c"]), ("text", " Hällo Wörld "), ("empty", ""), ("none", .null),
    ("yes", true), ("d", ["b": 1, "a": ["x": [1, 2.5, .null, true]], "items": "mine"]),
    (
      "messages",
      [
        ["role": "system", "content": "S"], ["role": "user", "content": "Q<1>"],
        ["role": "assistant", "content": "A"],
      ]
    ), ("emoji", "👩\u{200D}👩\u{200D}👧é"),
  ]

  private func expect(_ rows: (template: String, text: String)...) throws {
    for (template, text) in rows {
      let found = try ChatTemplate(template, file: "t").render(Self.variables).text
      #expect(Array(found.utf8) == Array(text.utf8), "\(template)\nwrites  \(found)\nand not \(text)")
    }
  }

  @Test func loops() throws {
    try expect(
      (
        "{% for x in xs %}{{ loop.index }}/{{ loop.length }}:{{ x }}{{ ',' if not loop.last }}{% endfor %}",
        "1/3:3,2/3:1,3/3:2"
      ),
      (
        "{% for x in xs %}{{ loop.index0 }}{{ loop.first }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.previtem }}-{{ loop.nextitem }};{% endfor %}",
        "0True32-1;1False213-2;2False101-;"
      ),
      (
        "{% for x in xs if x > 1 %}{{ x }}{{ loop.length }}{% else %}none{% endfor %}",
        "3222"
      ),
      (
        "{% for x in [] %}{{ x }}{% else %}none{% endfor %}",
        "none"
      ),
      (
        "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}{% for k in d %}{{ k }}{% endfor %}",
        "b=1;a={'x': [1, 2.5, None, True]};items=mine;baitems"
      ),
      (
        "{% for x in range(10) %}{% if x == 2 %}{% continue %}{% endif %}{% if x == 5 %}{% break %}{% endif %}{{ x }}{% endfor %}",
        "0134"
      ),
      (
        "{% for x in xs %}{% for y in xs %}{{ loop.index }}{{ loop.depth }}{% endfor %}{{ loop.index }}{{ loop.cycle('a', 'b') }}{% endfor %}",
        "1121311a1121312b1121313a"
      ),
      (
        "{% for c in 'né' %}[{{ c }}]{% endfor %}{% for a, b in [(1, 2), [3, 4]] %}{{ a + b }}{% endfor %}",
        "[n][é]37"
      )
    )
  }

  @Test func scopes() throws {
    try expect(
      (
        "{% set x = 1 %}{% for i in xs %}{% set x = i %}{{ x }}{% endfor %}{{ x }}",
        "3121"
      ),
      (
        "{% set ns = namespace(n=0, s='') %}{% for i in xs %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}{{ ns.s }}{{ ns.missing is defined }}",
        "6False"
      ),
      (
        "{% if yes %}{% set y = 2 %}{% endif %}{{ y }}",
        "2"
      ),
      (
        "{% set a, b = 1, 'z' %}{{ a }}{{ b }}",
        "1z"
      ),
      (
        "{% set t %}<{{ xs[0] }}>{% endset %}{{ t }}{{ t|length }}",
        "<3>3"
      ),
      (
        "{% set t | upper | trim %} abc {% endset %}{{ t }}",
        "ABC"
      ),
      (
        "{% with q = 5, r = 6 %}{{ q + r }}{% endwith %}{{ q is defined }}",
        "11False"
      )
    )
  }

  @Test func macros() throws {
    try expect(
      (
        "{% macro m(a, b=2, c='x') %}{{ a }}{{ b }}{{ c }};{% endmacro %}{{ m(1) }}{{ m(1, c=3) }}{{ m(b=5, a=4) }}{{ m() }}",
        "12x;123;45x;2x;"
      ),
      (
        "{% macro f(n) %}{{ n }}{% if n > 0 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}",
        "3210"
      ),
      (
        "{% macro box(t) %}[{{ t }}:{{ caller('y') }}]{% endmacro %}{% call(x) box('t') %}in {{ x }}{% endcall %}",
        "[t:in y]"
      ),
      (
        "{% filter upper %}abc{{ empty }}{% endfilter %}{% macro e() %}{% endmacro %}{{ e() == '' }}",
        "ABCTrue"
      )
    )
  }

  @Test func operators() throws {
    try expect(
      (
        "{{ 1 + 2 * 3 - 4 / 2 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 2 ** 10 }} {{ 7.5 // 2 }} {{ 1 / 3 }}",
        "5.0 3 -4 2 1024 3.0 0.3333333333333333"
      ),
      (
        "{{ 'a' ~ 1 ~ none ~ true ~ 1.0 }} {{ 'ab' * 2 }} {{ [1] + [2] }} {{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }}",
        "a1NoneTrue1.0 abab [1, 2] True False"
      ),
      (
        "{{ 'a' in 'cat' }} {{ 4 in xs }} {{ 'b' in d }} {{ 'z' not in d }} {{ not yes }} {{ none or 'x' }} {{ '' and 1 }}|",
        "True False True True False x |"
      ),
      (
        "{{ 'yes' if xs else 'no' }} {{ 'x' if none }}|{{ 1 if none else 2 if yes else 3 }}",
        "yes |2"
      ),
      (
        "{{ 1 == 1.0 }} {{ true == 1 }} {{ 'a' < 'b' }} {{ [1, 2] < [1, 3] }} {{ undefined_name == other }}",
        "True True True True True"
      ),
      (
        "{{ 'a' 'b' }}{{ (1,) }}{{ (1, 'a') }}{{ {'a': [none, 'it\\'s', \"q\\\"\"]} }}",
        "ab(1,)(1, 'a'){'a': [None, \"it's\", 'q\"']}"
      )
    )
  }

  @Test func subscripts() throws {
    try expect(
      (
        "{{ xs[0] }}{{ xs[-1] }}{{ xs[9] is defined }} {{ text[1:4] }} {{ xs[::-1] }} {{ xs[1:] }} {{ xs[:-1] }} {{ 'abcdef'[::2] }} {{ 'abcdef'[4:1:-1] }} {{ emoji[-1] }}",
        "32False Häl [2, 1, 3] [1, 2] [3, 1] ace edc é"
      ),
      (
        "{{ d.a.x[1] }} {{ d['a']['x'][0] }} {{ d['items'] }} {{ messages[-1].role }} {{ messages[0]['content'] }} {{ xs.0 }} {{ d.get('q', 'std') }} {{ d.get('q') }}",
        "2.5 1 mine assistant S 3 std None"
      )
    )
  }

  @Test func filters() throws {
    try expect(
      (
        "{{ text|trim }}|{{ text|upper }}|{{ text|lower }}|{{ 'hello wORLD foo-bar'|title }}|{{ 'hELLO'|capitalize }}|{{ 'a'|length }}{{ d|length }}",
        "Hällo Wörld| HÄLLO WÖRLD | hällo wörld |Hello World Foo-Bar|Hello|13"
      ),
      (
        "{{ names|join(', ') }} {{ names|sort|join }} {{ names|sort(case_sensitive=true)|join }} {{ xs|sort(reverse=true) }} {{ names|first }}{{ names|last }} {{ xs|reverse|list }} {{ 'abc'|reverse }}",
        "b, A, c Abc Abc [3, 2, 1] bc [2, 1, 3] cba"
      ),
      (
        "{{ x|default('d') }} {{ ''|default('d') }}{{ ''|default('d', true) }} {{ none|default('n') }} {{ '12'|int + 1 }} {{ 'x'|int }} {{ '1.5'|float }} {{ 3.7|int }} {{ -3|abs }} {{ 2.567|round(2) }} {{ xs|sum }} {{ xs|max }}{{ xs|min }}",
        "d d None 13 0 1.5 3 3 2.57 6 31"
      ),
      (
        "{{ messages|map(attribute='role')|join(',') }} {{ names|map('upper')|list }} {{ messages|selectattr('role', 'equalto', 'user')|map(attribute='content')|first }} {{ messages|rejectattr('role', 'in', ['user'])|list|length }} {{ xs|select('odd')|list }} {{ xs|reject('gt', 1)|list }}",
        "system,user,assistant ['B', 'A', 'C'] Q<1> 2 [3, 1] [1]"
      ),
      (
        "{{ d|items|list }} {{ d|dictsort|first }} {{ ['a', 'A', 'b']|unique|list }} {{ 'a-b-c'|replace('-', '+', 2) }} {{ 'x\ny\n\nz'|indent(2) }} {{ '<a>&'|escape }} {{ '%s-%d'|format('a', 3) }} {{ xs|string }} {{ 'abc'|list }}",
        "[('b', 1), ('a', {'x': [1, 2.5, None, True]}), ('items', 'mine')] ('a', {'x': [1, 2.5, None, True]}) ['a', 'b'] a+b+c x\n  y\n\n  z &lt;a&gt;&amp; a-3 [3, 1, 2] ['a', 'b', 'c']"
      ),
      (
        "{{ '<b>'|safe }}{{ ('<b>'|safe) + '<c>' }}{{ ('<b>'|safe) ~ '<c>' }}",
        "<b><b>&lt;c&gt;<b><c>"
      )
    )
  }

  @Test func json() throws {
    try expect(
      (
        "{{ d|tojson }} {{ messages[1]|tojson }} {{ 'é\"\\\\/\n\t\u{7F}<'|tojson }}",
        "{\"b\": 1, \"a\": {\"x\": [1, 2.5, null, true]}, \"items\": \"mine\"} {\"role\": \"user\", \"content\": \"Q<1>\"} \"é\\\"\\\\/\\n\\t\u{7F}<\""
      ),
      (
        "{{ d|tojson(indent=2) }}",
        "{\n  \"b\": 1,\n  \"a\": {\n    \"x\": [\n      1,\n      2.5,\n      null,\n      true\n    ]\n  },\n  \"items\": \"mine\"\n}"
      ),
      (
        "{{ [1.0, 1e20, 1e-7, -0.0, 123456789.5]|tojson }} {{ emoji|tojson(ensure_ascii=true) }} {{ d|tojson(separators=(',', ':')) }} {{ {'b': 1, 'a': []}|tojson(sort_keys=true) }} {{ {}|tojson(indent=1) }}",
        "[1.0, 1e+20, 1e-07, -0.0, 123456789.5] \"\\ud83d\\udc69\\u200d\\ud83d\\udc69\\u200d\\ud83d\\udc67\\u00e9\" {\"b\":1,\"a\":{\"x\":[1,2.5,null,true]},\"items\":\"mine\"} {\"a\": [], \"b\": 1} {}"
      )
    )
  }

  @Test func tests() throws {
    try expect(
      (
        "{{ x is defined }}{{ x is undefined }}{{ none is none }}{{ yes is boolean }}{{ yes is true }}{{ 1 is number }}{{ true is integer }}{{ 1.0 is float }}{{ 'a' is string }}{{ d is mapping }}{{ d is sequence }}{{ xs is iterable }}{{ 1 is iterable }}{{ x is iterable }}{{ 'a' is sequence }}{{ none is not none }}",
        "FalseTrueTrueTrueTrueTrueFalseTrueTrueTrueTrueTrueFalseTrueTrueFalse"
      ),
      (
        "{{ 3 is odd }}{{ 4 is divisibleby 2 }}{{ 'a' is in 'abc' }}{{ 1 is eq 1 }}{{ 1 is ne(1) }}{{ 2 is gt 1 }}{{ 'AB' is upper }}{{ 'ab' is lower }}{{ 1 is sameas 1 }}{{ range is callable }}",
        "TrueTrueTrueTrueFalseTrueTrueTrueTrueTrue"
      )
    )
  }

  @Test func strings() throws {
    try expect(
      (
        "{{ ' a '.strip() }}|{{ 'xxaxx'.strip('x') }}|{{ ' a'.lstrip() }}|{{ 'a \n'.rstrip() }}|{{ 'a,b,,c'.split(',') }} {{ ' a  b '.split() }} {{ 'a b c'.split(' ', 1) }} {{ 'a.b.c'.rsplit('.', 1) }} {{ 'x</think>y'.split('</think>')[-1] }}",
        "a|a|a|a|['a', 'b', '', 'c'] ['a', 'b'] ['a', 'b c'] ['a.b', 'c'] y"
      ),
      (
        "{{ 'abc'.startswith('ab') }}{{ 'abc'.endswith(('x', 'c')) }} {{ 'aXbX'.replace('X', '-') }} {{ 'hello world'.title() }} {{ \"they're 3rd\".title() }} {{ 'ab'.upper() }} {{ 'a{}b{x}'.format(1, x=2) }} {{ '-'.join(names) }} {{ 'abcabc'.find('c') }}{{ 'abcabc'.rfind('c') }}{{ 'aaa'.count('a') }} {{ 'a\nb\r\nc'.splitlines() }} {{ '12'.isdigit() }} {{ 'prefix-x'.removeprefix('prefix-') }} {{ '7'.zfill(3) }} {{ 'k=v=w'.partition('=') }}",
        "TrueTrue a-b- Hello World They'Re 3Rd AB a1b2 b-A-c 253 ['a', 'b', 'c'] True x 007 ('k', '=', 'v=w')"
      )
    )
  }

  @Test func whitespace() throws {
    try expect(
      (
        "a\n  {% if yes %}\n  b\n  {% endif %}\nc\n",
        "a\n  b\nc"
      ),
      (
        "a\n  {%- if yes -%}\n  b\n  {%- endif %}\n\nc",
        "ab\nc"
      ),
      (
        "a {{- ' b ' -}} c",
        "a b c"
      ),
      (
        "  {# comment #}\nx {#- y -#} z",
        "xz"
      ),
      (
        "{% raw %}{{ not }}{% endraw %}\n q",
        "{{ not }} q"
      ),
      (
        "  {%+ if yes %}x{% endif +%}\n y",
        "  x\n y"
      ),
      (
        "x\n{{ 'a' }}\nb\n\n",
        "x\na\nb\n"
      ),
      (
        "{% set x = 1 %}\n\n{% set y = 2 %}\n z",
        "\n z"
      ),
      (
        "\t{% if yes %}  t{% endif %}  \nu",
        "  t  \nu"
      )
    )
  }

  @Test func generation() throws {
    try expect(
      (
        "{% for m in messages %}{{ m.role }}:{% if m.role == 'assistant' %}{% generation %}{{ m.content }}!{% endgeneration %}{% endif %}\n{% endfor %}",
        "system:user:assistant:A!"
      )
    )
  }
}
