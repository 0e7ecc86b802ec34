import ChatTemplates
import Foundation
import StrictJSON
import TestSupport
import Testing

/// Models' own templates, changed: a template is a program from elsewhere, which must end and must not fill the memory.
@Suite("Mutated chat templates")
struct ChatTemplateFuzzTests {
  private static let variables: [(name: String, value: JSONValue)] = [
    (
      "messages",
      [
        ["role": "system", "content": "Be brief."], ["role": "user", "content": "Wörld <1> & 'two'\n"],
        [
          "role": "assistant", "content": " <think>3</think>Yes.",
          "tool_calls": [["name": "f", "arguments": ["a": 1]]],
        ],
      ]
    ), ("tools", [["type": "function", "function": ["name": "f", "parameters": ["type": "object"]]]]),
    ("documents", .null), ("add_generation_prompt", true), ("bos_token", "<s>"), ("eos_token", "</s>"),
  ]

  /// Every tag, filter, test and method stands in one of them.
  private static let templates = [
    """
    {{- bos_token }}{% set ns = namespace(found=false, texts=[], n=0) %}
    {%- macro turn(role, content='', close=true) -%}
    {{ '<|' ~ role ~ '|>\\n' + content|trim }}{% if close %}{{ eos_token }}{% endif %}
    {%- endmacro -%}
    {% for m in messages if m.role != 'tool' %}
      {%- if loop.first and m['role'] == 'system' %}{{ turn('system', m.content) }}
      {%- elif m.role == 'assistant' %}{% generation %}{{ m.content.split('</think>')[-1] }}{% endgeneration %}
      {%- else %}{{ turn(m.role, close=loop.last) }}{% set ns.n = ns.n + loop.index0 * 2 ** 3 // 2 % 7 %}{% endif %}
      {%- if ns.n > 99 %}{% break %}{% else %}{% continue %}{% endif %}
    {%- else %}{{ raise_exception('empty') }}{% endfor %}
    {# a comment #}{% raw %}{{ raw }}{% endraw %}{{ strftime_now('%d %b %Y') if ns.found else none }}
    """,
    """
    {% macro repeated(n) %}{% for i in range(n) %}{{ caller(i) }}
    {% endfor %}{% endmacro %}{% call(x) repeated(3) %}{{ x }}{% endcall %}{% with a = 1, b = (2, 3) %}{{ [a, b[0], {'k': b[1:]}] | tojson(indent=2) }}{% endwith %}
    {% filter upper | replace('A', 'b', count=1) %}text {{ tools | length }}{% endfilter %}{% set block | trim %} x
    {% endset %}{{ block is defined and not block is none or 'a' in block }}{{ (messages|map(attribute='role')|list)|join(', ') }}
    {{ messages|selectattr('role', 'equalto', 'user')|first }}{{ tools|rejectattr('type')|list }}{{ [3, 1, 2]|sort(reverse=true) }}
    {{ {'b': 1, 'a': 2}|dictsort }}{{ dict(a=1).items()|list }}{{ [1, 1, 2]|unique|sum }}{{ [1, 5]|max }}{{ [4]|min }}
    {{ 'x y'|title }}{{ 'a\\nb'|indent(2) }}{{ '<'|escape }}{{ '%5.2f|%-4s|%03d' % (1.5, 'a', 7) }}{{ '3.7'|float|round(1)|int|abs }}
    {{ ['a', 'b']|reverse|list }}{{ x|default('none') }}{{ ''|string|safe|capitalize }}{{ 'abc'[::-1] }}{{ messages[0]|attr('role') }}
    """,
    """
    {{ ' a,b '.strip().split(',', 1) }}{{ 'abc'.upper().lower().title().replace('a', 'bb').startswith('B') }}
    {{ 'x'.join(['1', '2']).center(9, '*').ljust(12).rjust(15).zfill(18) }}{{ 'a-b-c'.rsplit('-', 1)[0].partition('-') }}
    {{ 'abcabc'.find('c') + 'abcabc'.rfind('a') + 'abcabc'.count('bc') + 'abc'.index('b') }}{{ 'a\\nb\\r\\nc'.splitlines() }}
    {{ '{} {0} {k}'.format('a', k=1) }}{{ 'ab'.removeprefix('a').removesuffix('b').isdigit() }}{{ [1, 2].index(2) }}
    {{ 7 is divisibleby 3 or 7 is odd and 8 is even and 'a' is lower and 'A' is upper and 1 is integer and 1.5 is float }}
    {{ messages is sequence and tools is iterable and {} is mapping and 1 is number and 'a' is string and true is sameas true }}
    {{ 1 < 2 <= 3 != 4 and -1 ** 2 == 1 and 1e3 / 7 > 0.5 and not (1, 2) == [1, 2] and 'a' not in {'b': 1} }}
    """,
  ].map { Array($0.utf8) }

  /// What means something in a template, or costs something.
  private static let pieces =
    [
      "{{", "}}", "{%", "%}", "{#", "#}", "{%-", "-%}", "{{ ", " }}", "{% endfor %}", "{% endif %}", "{% endmacro %}",
      "{% for i in range(99999) %}", "{% for c in messages|string %}", "{% if true %}", "{% else %}", "{% raw %}",
      "{% macro turn() %}{{ turn() }}{% endmacro %}{{ turn() }}", "{% set ns.texts = [ns.texts, ns.texts] %}",
      "{% set bos_token = bos_token * 9 %}", "{% set messages = messages + messages %}", "{% set ns.n = ns %}",
      "{{ ns.texts|tojson }}", "{{ ns }}", "{{ messages }}",
      "{{ ([bos_token * 99999] * 9999)|join(bos_token * 9999) }}",
      " * 9223372036854775807", " * 1000000", " ** 99", " // 0", " % 0", " - 9223372036854775807 - 2", "|tojson",
      "|join", "|string", "|list", "|sort", "|unique", "|map('upper')", "|map(attribute='a.b.0')", "|indent(999)",
      "|replace('', 'abc')", ".split('')", ".split('a')", ".join(messages)", ".format(messages)", ".center(999999)",
      ".__class__", ".items()", "[0]", "[-1]", "[::0]", "[::-1]", "[9223372036854775807:-9223372036854775807:-3]",
      "[-9223372036854775807 - 1]", " is divisibleby(0)", " is sameas(ns)", "range(-9223372036854775807, 5, 3)",
      "range(9223372036854775800, 9223372036854775807, 5)", "range(5, 0, -9223372036854775807)", "'%1000d' % 1",
      "'%.1000f' % 1e300", "'%s' * 999", "strftime_now('%9999d')", "strftime_now('%')", "namespace(**ns)", "loop",
      "loop.cycle()", "caller()", "(((((((((", "[[[[[[[[[", "{{{{{{{{", "not not not ", "- - - ", "'\\ud800'", "'\\x'",
      "'\\U00110000'", "1e999", "1__0", "\"", "'", "\\", "\0", "\u{FEFF}", "\u{85}", "e\u{301}", "😀", "\r\n",
    ] + [
      String(repeating: "{% if 1 %}", count: 2_000), "{{ " + String(repeating: "(", count: 5_000),
      "{{ " + String(repeating: "not ", count: 5_000), "{{ 1" + String(repeating: " + 1", count: 5_000) + " }}",
      "{{ '" + String(repeating: "x", count: 70_000) + "' }}", "{{ " + String(repeating: "x", count: 70_000) + " }}",
      "{{ x" + String(repeating: "|trim", count: 3_000) + " }}",
      "{{ [" + String(repeating: "0,", count: 1_500) + "] }}",
    ]

  private func mutated(_ original: [UInt8], _ random: inout Mutator) -> [UInt8] {
    if random.below(3) == 0 { return random.bytes(original) }
    var bytes = original
    for _ in 0...random.below(2) {
      let piece: ArraySlice<UInt8>
      if random.below(3) == 0 {
        let start = random.below(bytes.count)
        piece = bytes[start..<min(bytes.count, start + 1 + random.below(60))]
      } else {
        piece = Array(random.pick(Self.pieces).utf8)[...]
      }
      let position = random.below(bytes.count + 1)
      // In the place of something, or between.
      let end = random.below(2) == 0 ? position : min(bytes.count, position + random.below(30))
      bytes.replaceSubrange(position..<end, with: piece)
    }
    return bytes
  }

  private func use(_ bytes: [UInt8]) throws {
    let template = try ChatTemplate(String(decoding: bytes, as: UTF8.self), file: "chat_template.jinja")
    let chat = try template.render(Self.variables)
    #expect(chat.generated.allSatisfy { $0.upperBound <= chat.text.utf8.count })
  }

  @Test("small ones with every part of the language")
  func language() throws {
    try Fuzzing.run(
      "chat-template", count: 1500, valid: Self.templates, mutate: { mutated($1, &$0) }, parse: { try use($0) })
  }

  @Test("real ones", .enabled(if: SharedAssets.has("assets/tokenizers"), "shared/assets/tokenizers is not here"))
  func real() throws {
    let folders = ["tokenizers/qwen2.5", "tokenizers/llama3", "models/SmolLM2-135M-Instruct"]
    let templates = try folders.compactMap { folder -> [UInt8]? in
      let configuration = try SharedAssets.json("assets/\(folder)/tokenizer_config.json")
      return configuration["chat_template"]?.stringValue.map { Array($0.utf8) }
    }
    try #require(!templates.isEmpty)
    try Fuzzing.run(
      "real-chat-template", count: 300, valid: templates, mutate: { mutated($1, &$0) }, parse: { try use($0) })
  }
}
