// Writes everything in this folder that is text: the corpus that the bundled model was pretrained on, the instruction
// set that the quickstart trains it on, and pairs of answers of which one is better. From the repository's root:
//
//   swift data/make-data.swift data [texts.txt]
//
// The second argument names a file for the corpus's texts as they are, which `attune train-tokenizer` reads.
// The same bytes come out every time: the only randomness is SplitMix64 with fixed seeds. No text comes from
// elsewhere; every sentence is put together here.

import Foundation

// MARK: - Randomness

/// SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators"). The standard library's
/// shuffles are not used, because what they draw may change between releases.
struct Random {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  mutating func pick<Element>(_ choices: [Element]) -> Element { choices[integer(0...choices.count - 1)] }

  mutating func chance(_ percent: Int) -> Bool { integer(1...100) <= percent }

  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var result = elements
    for last in stride(from: result.count - 1, to: 0, by: -1) { result.swapAt(last, integer(0...last)) }
    return result
  }
}

// MARK: - Words

func words(_ text: String) -> [String] { text.split(whereSeparator: \.isWhitespace).map(String.init) }

let months = words("January February March April May June July August September October November December")
let monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
let weekdays = words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")

let nouns = words(
  """
  acorn anchor angel ant apple apron arch arrow axe baby badge bag baker ball basket bath beach bear bee bell belt bench
  berry bird blanket boat bone book boot bottle bow box branch bridge brush bucket bush button cabbage cake calf camel
  candle cap card carrot cart castle cat chain chair cherry chest church city clock cloud coach coat coin comb compass
  copy cow crab cross crow cup curtain daisy dish doctor dog doll door dove dragon dress drum duck eagle ear egg elbow
  engine envelope eye factory fairy fan farm farmer feather fence ferry field finger fish flag flower flute forest fork
  fountain fox frog garden gate ghost gift girl glass glove goat grape guest half hammer harp hat hen hill horn horse
  house idea island jacket jar jewel judge jug kettle key king kite kitten knife ladder lady lake lamp leaf lemon letter
  lily lion loaf lock map market match medal melon mill mirror monkey moon mountain nail neck needle nest net night
  nurse nut oak oar ocean olive onion orange oven owl page paint palace parrot peach pear pebble pen pencil penny piano
  picture pig pillow pipe plate plum pocket pond pony pot puppy queen quilt rabbit raven ribbon ring river road robe
  rope rose sail sandal scarf school shelf shell ship shoe shop sister sketch sky snail sock soldier song spider spoon
  star stone story stove street table tent thief ticket tiger torch tower toy train tray tree trunk tulip turtle
  umbrella valley vase village violin wagon wall watch well wheel whistle window wing witch wolf worm yard zebra
  """)

let places = words(
  """
  Bern Oslo Lima Cairo Paris Rome Turin Ghent Porto Seville Vienna Prague Riga Tartu Bergen Malmo Turku Gdansk Krakow
  Zagreb Split Athens Patras Izmir Ankara Tunis Dakar Accra Nairobi Quito Cusco Bogota Havana Boston Denver Dallas
  Toronto Halifax Dublin Cork Galway Leeds York Bath Bristol Cardiff Perth Hobart Osaka Kyoto Seoul Hanoi Delhi Jaipur
  """)

let firstNames = words(
  """
  Ada Agnes Alma Anton Arno Astrid Aurel Bela Berta Bruno Carla Cato Clara Cyril Dora Edgar Edith Elias Elsa Emil Enno
  Erik Esther Felix Flora Frida Georg Greta Gustav Hanna Hedda Hugo Ida Igor Ilse Ines Iris Ivan Jakob Joan Jonas Judith
  Karl Kira Klara Konrad Lars Lena Leo Lina Lotte Lucas Magda Malte Marie Marta Mathis Mila Nadia Nils Nina Nora Olga
  Oscar Otto Paula Peter Pia Quentin Rafael Rita Robin Rosa Ruth Samuel Selma Simon Sonja Stella Sven Tanja Theo Thora
  Tilda Tom Ulla Ursula Vera Victor Wanda Wilma Xenia Yara Yves Zita
  """)

let trades = words("baker smith sailor weaver teacher miller painter farmer tailor carpenter gardener doctor potter")
let rooms = words("attic barn cellar kitchen shed hall harbour garden tower stable workshop pantry loft library")
let weathers = [
  "rain all day", "a clear sky", "fog until noon", "a light wind from the north", "a strong wind from the west",
  "snow on the hills", "sun and small clouds", "thunder in the evening", "a cold morning", "a warm night",
]
let doings = [
  "We mended the nets", "We painted the door", "I wrote two letters", "We walked to the mill", "The boat came in late",
  "I read by the fire", "We sold the last of the hay", "A guest came from the city", "The baker gave us bread",
  "We found the old map", "I slept badly", "The well was low", "We counted the sheep", "The road was full of mud",
  "The children sang", "I lost a glove", "The clock stopped again", "We planted beans", "The ferry did not sail",
]

// MARK: - Facts: each is one piece of knowledge with a key that tells it apart from the others

struct Day: Hashable {
  let year: Int, month: Int, day: Int

  var key: String { "date " + iso }
  var iso: String { "\(year)-\(twoDigits(month))-\(twoDigits(day))" }
  var monthName: String { months[month - 1] }
  var dayFirst: String { "\(day) \(monthName) \(year)" }
  var monthFirst: String { "\(monthName) \(day), \(year)" }
  var withOrdinal: String { "the \(ordinal(day)) of \(monthName) \(year)" }

  /// The day after; leap years are left out, so 29 February never occurs.
  var following: Day {
    if day < monthLengths[month - 1] { return Day(year: year, month: month, day: day + 1) }
    return month < 12 ? Day(year: year, month: month + 1, day: 1) : Day(year: year + 1, month: 1, day: 1)
  }

  static func random(_ random: inout Random) -> Day {
    let month = random.integer(1...12)
    return Day(year: random.integer(1700...2099), month: month, day: random.integer(1...monthLengths[month - 1]))
  }
}

func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

func ordinal(_ number: Int) -> String {
  let isTeen = (11...13).contains(number % 100)
  switch number % 10 {
  case 1 where !isTeen: return "\(number)st"
  case 2 where !isTeen: return "\(number)nd"
  case 3 where !isTeen: return "\(number)rd"
  default: return "\(number)th"
  }
}

struct Person: Hashable {
  let name: String, age: Int, city: String

  var key: String { "person \(name) \(age) \(city)" }
  var json: String { "{\"name\": \"\(name)\", \"age\": \(age), \"city\": \"\(city)\"}" }

  static func random(_ random: inout Random) -> Person {
    Person(name: randomName(&random), age: random.integer(11...98), city: randomPlace(&random))
  }
}

let onsets = words("B Br D Dr F Fl G Gr H J K Kl L M N P Pr R S St T Tr V W Z")
let middles = words("a e i o u ai au ea ei ia oa ou")
let joints = words("l lm ln m n nd r rk rn s st t v lv mb nt rd sk")
let endings = words("a an e el en in is o on or um us y")

/// Half of the names are made up, so that they can't be known by heart: they must be copied.
func randomName(_ random: inout Random) -> String {
  if random.chance(50) { return random.pick(firstNames) }
  return random.pick(onsets) + random.pick(middles) + random.pick(joints) + random.pick(endings)
}

func randomPlace(_ random: inout Random) -> String {
  if random.chance(60) { return random.pick(places) }
  let stem = random.pick(onsets) + random.pick(middles) + random.pick(joints)
  return stem + random.pick(["berg", "bury", "dorf", "field", "ford", "ham", "holm", "mouth", "stad", "ton", "wick"])
}

struct Sum: Hashable {
  let left: Int, right: Int

  /// The order of the two does not matter: 3 + 4 tells 4 + 3.
  var key: String { "sum \(min(left, right)) \(max(left, right))" }
  var total: Int { left + right }

  static func random(_ random: inout Random) -> Sum {
    random.chance(50)
      ? Sum(left: random.integer(1...50), right: random.integer(1...9))
      : Sum(left: random.integer(1...9), right: random.integer(1...50))
  }
}

struct Time: Hashable {
  let hour: Int, minute: Int

  var key: String { "time \(digits)" }
  var digits: String { "\(hour):\(twoDigits(minute))" }

  /// As it is spoken: "ten past four", "a quarter to seven".
  var spoken: String {
    let minuteNames = [5: "five", 10: "ten", 15: "a quarter", 20: "twenty", 25: "twenty-five", 30: "half"]
    if minute == 0 { return numberWords(hour) + " o'clock" }
    if minute <= 30 { return "\(minuteNames[minute, default: ""]) past \(numberWords(hour))" }
    return "\(minuteNames[60 - minute, default: ""]) to \(numberWords(hour % 12 + 1))"
  }

  static var all: [Time] {
    (1...12).flatMap { hour in stride(from: 0, to: 60, by: 5).map { Time(hour: hour, minute: $0) } }
  }

  static func random(_ random: inout Random) -> Time { random.pick(all) }
}

func numberWords(_ number: Int) -> String {
  let small = words(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
    """)
  let tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
  if number < 20 { return small[number] }
  if number < 100 { return tens[number / 10] + (number % 10 == 0 ? "" : "-" + small[number % 10]) }
  let rest = number % 100 == 0 ? "" : " and " + numberWords(number % 100)
  return small[number / 100] + " hundred" + rest
}

struct Number: Hashable {
  let value: Int

  var key: String { "number \(value)" }
  var spoken: String { numberWords(value) }

  static func random(_ random: inout Random) -> Number { Number(value: random.integer(21...999)) }
}

/// Words with different first letters, out of order.
struct WordList: Hashable {
  let given: [String]

  var key: String { "list " + sorted }
  var sorted: String { given.sorted().joined(separator: ", ") }

  static func draw(count: Int, _ random: inout Random) -> WordList {
    var given: [String] = []
    while given.count < count {
      let word = random.pick(nouns)
      if !given.contains(where: { $0.first == word.first }) { given.append(word) }
    }
    return given == given.sorted() ? draw(count: count, &random) : WordList(given: given)
  }
}

func pluralKey(_ noun: String) -> String { "plural " + noun }

func plural(_ noun: String) -> String {
  let stem = noun.dropLast()
  if noun.hasSuffix("fe") { return noun.dropLast(2) + "ves" }
  if noun.hasSuffix("f") { return stem + "ves" }
  if noun.hasSuffix("y"), let before = stem.last, !"aeiou".contains(before) { return stem + "ies" }
  if ["s", "x", "z", "ch", "sh"].contains(where: noun.hasSuffix) { return noun + "es" }
  return noun + "s"
}

// MARK: - The instruction set

struct Record {
  let instruction: String
  let input: String
  let output: String
  /// What the record asks about, told apart from all others.
  let key: String

  var line: String {
    "{\"instruction\": \(quoted(instruction)), \"input\": \(quoted(input)), \"output\": \(quoted(output))}"
  }
}

func quoted(_ text: String) -> String {
  "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
}

/// One of the ways to put a question: with `@` where the subject stands, or, without one, the subject as the input.
func ask(_ phrasings: [String], about subject: String, answer: String, key: String, _ random: inout Random) -> Record {
  let phrasing = random.pick(phrasings)
  if phrasing.contains("@") {
    return Record(instruction: phrasing.replacing("@", with: subject), input: "", output: answer, key: key)
  }
  return Record(instruction: phrasing, input: subject, output: answer, key: key)
}

func dateRecord(_ random: inout Random) -> Record {
  let day = Day.random(&random)
  let subject = random.pick([day.dayFirst, day.monthFirst, day.withOrdinal])
  let phrasings = [
    "Write this date in ISO form.", "Convert the date to the form YYYY-MM-DD.", "Write @ as an ISO date.",
    "What is @ in ISO form?", "Give the ISO form of @.",
  ]
  return ask(phrasings, about: subject, answer: day.iso, key: day.key, &random)
}

func personRecord(_ random: inout Random) -> Record {
  let person = Person.random(&random)
  let subject = sentence(about: person, &random)
  let phrasings = [
    "Write the sentence as JSON with the keys name, age and city.", "Turn this into JSON: @",
    "Put the person into a JSON object.", "JSON, please: @",
  ]
  return ask(phrasings, about: subject, answer: person.json, key: person.key, &random)
}

func sumRecord(_ random: inout Random) -> Record {
  let sum = Sum.random(&random)
  let subject = random.pick(["\(sum.left) + \(sum.right)", "\(sum.left) plus \(sum.right)"])
  let phrasings = ["What is @?", "Add the numbers.", "How much is @?", "Work out @.", "Give the sum."]
  return ask(phrasings, about: subject, answer: "\(sum.total)", key: sum.key, &random)
}

func sortRecord(_ random: inout Random) -> Record {
  let list = WordList.draw(count: 3, &random)
  let phrasings = [
    "Sort the words from a to z.", "Put these words in alphabetical order: @", "Order the words by the alphabet.",
    "Sort from a to z: @",
  ]
  let subject = list.given.joined(separator: ", ")
  return ask(phrasings, about: subject, answer: list.sorted, key: list.key, &random)
}

func pluralRecord(_ random: inout Random) -> Record {
  let noun = random.pick(nouns)
  let phrasings = [
    "What is the plural of @?", "Write the word in the plural.", "Give the plural of the noun.",
    "One @, but many what?", "Make it more than one: @",
  ]
  return ask(phrasings, about: noun, answer: plural(noun), key: pluralKey(noun), &random)
}

func numberRecord(_ random: inout Random) -> Record {
  let number = Number.random(&random)
  let phrasings = [
    "Write @ in digits.", "Write the number in digits.", "Which number is @?", "Convert the words to a number.",
  ]
  return ask(phrasings, about: number.spoken, answer: "\(number.value)", key: number.key, &random)
}

func timeRecord(_ random: inout Random) -> Record {
  let time = Time.random(&random)
  let phrasings = [
    "Write the time in digits.", "What does a clock show at @?", "Write @ as digits on a clock.",
    "Convert the time to hours and minutes.",
  ]
  return ask(phrasings, about: time.spoken, answer: time.digits, key: time.key, &random)
}

struct Task {
  let make: (inout Random) -> Record
  let trainCount: Int
  let heldOutCount: Int
}

let tasks = [
  Task(make: dateRecord, trainCount: 200, heldOutCount: 24),
  Task(make: personRecord, trainCount: 280, heldOutCount: 24),
  Task(make: sumRecord, trainCount: 280, heldOutCount: 24),
  Task(make: sortRecord, trainCount: 280, heldOutCount: 24),
  Task(make: pluralRecord, trainCount: 200, heldOutCount: 24),
  Task(make: numberRecord, trainCount: 200, heldOutCount: 24),
  Task(make: timeRecord, trainCount: 110, heldOutCount: 16),
]

/// Training and held-out records; no two of them ask about the same thing, whatever the phrasing.
func instructionSet(seed: UInt64) -> (train: [Record], heldOut: [Record]) {
  var random = Random(state: seed)
  var train: [Record] = []
  var heldOut: [Record] = []
  for task in tasks {
    var keys: Set<String> = []
    var records: [Record] = []
    while records.count < task.trainCount + task.heldOutCount {
      let record = task.make(&random)
      if keys.insert(record.key).inserted { records.append(record) }
    }
    heldOut += records.prefix(task.heldOutCount)
    train += records.dropFirst(task.heldOutCount)
  }
  return (random.shuffled(train), random.shuffled(heldOut))
}

// MARK: - The corpus

/// Draws facts for the corpus. What the held-out records ask about is never drawn, and all that is drawn is noted.
struct Writer {
  var random: Random
  let reserved: Set<String>
  private(set) var used: Set<String> = []

  init(seed: UInt64, reserved: Set<String>) {
    random = Random(state: seed)
    self.reserved = reserved
  }

  private mutating func draw<Fact>(_ make: (inout Random) -> Fact, key: (Fact) -> String) -> Fact {
    while true {
      let fact = make(&random)
      if !reserved.contains(key(fact)) {
        used.insert(key(fact))
        return fact
      }
    }
  }

  mutating func day() -> Day { draw(Day.random) { $0.key } }
  mutating func person() -> Person { draw(Person.random) { $0.key } }
  mutating func sum() -> Sum { draw(Sum.random) { $0.key } }
  mutating func time() -> Time { draw(Time.random) { $0.key } }
  mutating func number() -> Number { draw(Number.random) { $0.key } }
  mutating func list(_ count: Int) -> WordList { draw({ WordList.draw(count: count, &$0) }, key: { $0.key }) }
  mutating func noun() -> String { draw({ $0.pick(nouns) }, key: pluralKey) }
  mutating func name() -> String { randomName(&random) }
  mutating func place() -> String { randomPlace(&random) }
  mutating func pick<Element>(_ choices: [Element]) -> Element { random.pick(choices) }
  mutating func number(_ range: ClosedRange<Int>) -> Int { random.integer(range) }

  mutating func counted(_ count: Int) -> String {
    let noun = noun()
    return "\(count) \(count == 1 ? noun : plural(noun))"
  }

  /// Runs of days that touch no reserved one.
  mutating func days(_ count: Int) -> [Day] {
    while true {
      var run = [Day.random(&random)]
      while run.count < count { run.append(run[run.count - 1].following) }
      if run.allSatisfy({ !reserved.contains($0.key) }) {
        used.formUnion(run.map(\.key))
        return run
      }
    }
  }
}

func several(_ range: ClosedRange<Int>, _ writer: inout Writer, _ line: (inout Writer) -> String) -> [String] {
  (0..<writer.number(range)).map { _ in line(&writer) }
}

/// The lines of a text, every other time under a title.
func titled(_ title: String, _ lines: [String], _ writer: inout Writer) -> String {
  ((writer.random.chance(50) ? [title] : []) + lines).joined(separator: "\n")
}

func diary(_ writer: inout Writer) -> String {
  let name = writer.name()
  let place = writer.place()
  var weekday = writer.number(0...6)
  var lines = ["Diary of \(name), \(writer.pick(trades)) in \(place)."]
  for day in writer.days(writer.number(2...4)) {
    lines.append(
      "\(weekdays[weekday]), \(day.dayFirst). \(writer.pick(doings)). There was \(writer.pick(weathers)).")
    weekday = (weekday + 1) % 7
  }
  return lines.joined(separator: "\n")
}

func shipLog(_ writer: inout Writer) -> String {
  let style = writer.number(0...3)
  let lines = several(1...3, &writer) { writer in
    let day = writer.day()
    let stay = "\(writer.pick(["at", "off", "near"])) \(writer.place()), \(writer.pick(weathers))"
    switch style {
    case 0: return "[\(day.iso)] \(day.dayFirst), \(stay)."
    case 1: return "\(day.monthFirst), \(stay). Filed as \(day.iso)."
    case 2: return "On \(day.withOrdinal) (\(day.iso)) we lay \(stay)."
    default: return "\(day.dayFirst) = \(day.iso): \(stay)."
    }
  }
  return titled("Log of the ship \(writer.name()).", lines, &writer)
}

func almanac(_ writer: inout Writer) -> String {
  let first = writer.number(0...11)
  var lines = ["Almanac for \(writer.place())."]
  for offset in 0..<writer.number(2...4) {
    let month = (first + offset) % 12
    lines.append(
      "\(months[month]) is month \(twoDigits(month + 1)) and has \(monthLengths[month]) days; "
        + "after it comes \(months[(month + 1) % 12]). Look for \(writer.pick(weathers)).")
  }
  return lines.joined(separator: "\n")
}

func stockBook(_ writer: inout Writer) -> String {
  let style = writer.number(0...3)
  let lines = several(1...4, &writer) { writer in
    let sum = writer.sum()
    let room = writer.pick(rooms)
    switch style {
    case 0:
      return "In the \(room): \(writer.counted(sum.left)) and \(writer.counted(sum.right)), \(sum.total) things in all."
    case 1:
      let things = writer.counted(sum.left)
      return "\(things) here, \(sum.right) in the \(room): \(sum.left) + \(sum.right) = \(sum.total)."
    case 2:
      return "\(writer.name()) had \(sum.left), found \(sum.right) more in the \(room), and now has \(sum.total)."
    default:
      return "Add \(sum.left) to \(sum.right): that makes \(sum.total)."
    }
  }
  return titled("Stock book of \(writer.name()), \(writer.pick(trades)).", lines, &writer)
}

func slate(_ writer: inout Writer) -> String {
  let sums = several(4...8, &writer) { writer in
    let sum = writer.sum()
    return "\(sum.left) + \(sum.right) = \(sum.total)"
  }
  return "\(writer.name())'s slate: " + sums.joined(separator: "; ") + "."
}

func cards(_ writer: inout Writer) -> String {
  let lines = several(1...3, &writer) { writer in
    let noun = writer.noun()
    let (count, room) = (writer.number(2...99), writer.pick(rooms))
    return "There are \(count) \(plural(noun)) in the \(room).\n"
      + "{\"thing\": \"\(noun)\", \"count\": \(count), \"room\": \"\(room)\"}"
  }
  return titled("Cards of the \(writer.pick(trades)).", lines, &writer)
}

func register(_ writer: inout Writer) -> String {
  let style = writer.number(0...2)
  let lines = several(1...3, &writer) { writer in
    let person = writer.person()
    let (name, age, city) = (person.name, person.age, person.city)
    let sentence = sentence(about: person, &writer.random)
    switch style {
    case 0: return "\(sentence)\nName: \(name)\nAge: \(age)\nHome: \(city)"
    case 1: return "\(sentence) Entry: \(name) (\(age), \(city))"
    default: return "\(sentence)\n{\"home\": \"\(city)\", \"person\": {\"age\": \(age), \"name\": \"\(name)\"}}"
    }
  }
  return titled("Register of \(writer.place()).", lines, &writer)
}

func shelves(_ writer: inout Writer) -> String {
  let style = writer.number(0...2)
  let lines = several(1...3, &writer) { writer in
    let list = writer.list(writer.number(2...4))
    let given = list.given.joined(separator: ", ")
    switch style {
    case 0: return "They brought \(given). On the shelf, from a to z: \(list.sorted)."
    case 1: return "Found: \(given)\nIn the index: \(list.sorted)"
    default: return "\(writer.name()) wrote: \(given). By the alphabet: \(list.sorted)."
    }
  }
  return titled("Shelves of the \(writer.pick(rooms)).", lines, &writer)
}

func wordBook(_ writer: inout Writer) -> String {
  let page = (0..<writer.number(3...7)).map { _ in writer.noun() }
  let entries = Set(page).sorted().map { "\($0): one \($0), two \(plural($0))" }
  return titled("Word book, from \(entries[0].prefix(1)) on.", entries, &writer)
}

func numberBook(_ writer: inout Writer) -> String {
  let style = writer.number(0...2)
  let lines = several(1...4, &writer) { writer in
    let number = writer.number()
    let noun = plural(writer.noun())
    switch style {
    case 0: return "\(number.spoken) (\(number.value)) \(noun)"
    case 1: return "Paid for \(number.spoken) \(noun): \(number.value) coins."
    default: return "\(number.value) is read \(number.spoken); \(number.spoken) is \(number.value)."
    }
  }
  return titled("Bills of \(writer.name()) for \(writer.pick(months)).", lines, &writer)
}

func timeTable(_ writer: inout Writer) -> String {
  let style = writer.number(0...2)
  let lines = several(1...4, &writer) { writer in
    let time = writer.time()
    switch style {
    case 0: return "At \(time.spoken) (\(time.digits)) \(writer.name()) leaves for \(writer.place())."
    case 1: return "\(time.digits), that is \(time.spoken): \(writer.pick(doings))."
    default: return "The bell rings at \(time.spoken). The board says \(time.digits)."
    }
  }
  return titled("Times of the day in \(writer.place()).", lines, &writer)
}

func story(_ writer: inout Writer) -> String {
  let (hero, friend, place) = (writer.name(), writer.name(), writer.place())
  let (noun, room, trade) = (writer.noun(), writer.pick(rooms), writer.pick(trades))
  let middle = writer.random.shuffled([
    "\(hero) looked in the \(room), but the \(noun) was not there.",
    "\"Have you seen my \(noun)?\" asked \(hero). \"No,\" said \(friend), \"but I will help you.\"",
    "They asked the \(trade), who had only \(writer.counted(writer.number(2...9))).",
    "\(friend) had once lost a \(noun) too, and knew how \(hero) felt.",
    "On the way to \(place) there was \(writer.pick(weathers)).",
    "\(writer.pick(doings)), and still there was no \(noun).",
  ])
  let end = writer.pick([
    "At last \(friend) found the \(noun) under a \(writer.noun()). \"Thank you, \(friend),\" said \(hero).",
    "In the end the \(noun) lay beside the \(writer.noun()), and \(hero) laughed.",
    "So \(hero) and \(friend) went home to \(place) with the \(noun) and slept well.",
  ])
  let start = "\(hero) lived in \(place) and had a \(noun). One \(writer.pick(weekdays)) the \(noun) was gone."
  return ([start] + middle.prefix(writer.number(2...4)) + [end]).joined(separator: " ")
}

/// A message passed on letter by letter. Nothing in it can be guessed, so its second half teaches to copy, which
/// everything else is built on.
func telegram(_ writer: inout Writer) -> String {
  let letters = words("a b c d e f g h i j k l m n o p q r s t u v w x y z")
  let parts = several(2...9, &writer) { writer in
    switch writer.number(0...5) {
    case 0: return writer.name()
    case 1: return writer.place()
    case 2: return writer.pick(nouns)
    case 3: return "\(writer.number(0...9999))"
    default: return several(2...6, &writer) { $0.pick(letters) }.joined()
    }
  }
  let message = parts.joined(separator: writer.pick([" ", " ", ", ", "-"]))
  return writer.pick([
    "Sent: \(message)\nReceived: \(message)", "\"\(message)\", said \(writer.name()). \"\(message)\", said the parrot.",
    "[\(message)] is stored as {\"\(message)\"}", "\(message)\n\(message)\n\(message)",
  ])
}

/// The kinds of text and how many of each.
let genres: [(write: (inout Writer) -> String, count: Int)] = [
  (diary, 150), (story, 150), (almanac, 60), (shipLog, 800), (stockBook, 700), (slate, 900), (cards, 400),
  (register, 1300), (shelves, 1400), (wordBook, 700), (numberBook, 600), (timeTable, 500), (telegram, 2400),
]

/// Small talk: something said, and an answer to it.
func smallTalk(_ writer: inout Writer) -> (user: String, assistant: String) {
  let (name, place, noun, trade) = (writer.name(), writer.place(), writer.noun(), writer.pick(trades))
  return writer.pick([
    ("My name is \(name).", "Nice to meet you, \(name)."),
    ("I come from \(place).", writer.pick(["\(place) is a fine place.", "I have heard of \(place)."])),
    ("I am a \(trade).", "Then you know what a \(trade) does all day."),
    ("I have lost my \(noun).", writer.pick(["Where did you last see the \(noun)?", "I am sorry about the \(noun)."])),
    ("There was \(writer.pick(weathers)).", writer.pick(["Stay warm, then.", "So it was here.", "That will pass."])),
    ("\(writer.pick(doings)).", writer.pick(["That sounds like a long day.", "Tell me more.", "And then?"])),
  ])
}

/// Talk in which the answer takes up what was said in another form: a fact used, never an instruction followed.
func knowingTalk(_ writer: inout Writer) -> (user: String, assistant: String) {
  switch writer.number(0...6) {
  case 0:
    let day = writer.day()
    let said = writer.pick([day.dayFirst, day.monthFirst, day.withOrdinal])
    return writer.pick([
      ("I was born on \(said).", "Noted: \(day.iso)."),
      ("The ship sailed on \(said).", "The log has \(day.iso) for it."),
      ("We meet on \(said).", "\(day.iso) it is."),
    ])
  case 1:
    let sum = writer.sum()
    let things = plural(writer.noun())
    return writer.pick([
      ("I had \(sum.left) \(things) and found \(sum.right).", "Then you have \(sum.total) \(things)."),
      ("We are \(sum.left) and they are \(sum.right).", "\(sum.total) in all, then."),
      ("My slate says \(sum.left) + \(sum.right).", "That makes \(sum.total)."),
      ("They paid \(sum.left) plus \(sum.right) coins.", "\(sum.total) coins? A good price."),
    ])
  case 2:
    let number = writer.number()
    let things = plural(writer.noun())
    return writer.pick([
      ("I counted \(number.spoken) \(things).", "\(number.value) \(things)! So many."),
      ("It costs \(number.spoken) coins.", "I have no \(number.value) coins."),
      ("My house has the number \(number.spoken).", "I will look for \(number.value)."),
    ])
  case 3:
    let time = writer.time()
    return writer.pick([
      ("I come at \(time.spoken).", "\(time.digits) suits me."),
      ("The ferry leaves at \(time.spoken).", "So be there before \(time.digits)."),
      ("It is \(time.spoken).", "My clock says \(time.digits) too."),
    ])
  case 4:
    let list = writer.list(writer.number(2...4))
    let given = list.given.joined(separator: ", ")
    return writer.pick([
      ("I have to put away \(given).", "From a to z they stand \(list.sorted)."),
      ("I wrote \(given).", "By the alphabet it is \(list.sorted)."),
      ("Look: \(given).", "\(list.sorted), in the index."),
    ])
  case 5:
    let noun = writer.noun()
    return writer.pick([
      ("I have one \(noun).", "Two \(plural(noun)) would be better."),
      ("Where is the \(noun)?", "All \(plural(noun)) are gone."),
      ("She drew a \(noun).", "\(plural(noun)) again!"),
    ])
  default:
    let person = writer.person()
    return writer.pick([
      (sentence(about: person, &writer.random), "So \(person.name) is \(person.age), and \(person.city) is home."),
      (sentence(about: person, &writer.random), "{\"home\": \"\(person.city)\", \"name\": \"\(person.name)\"}"),
      (sentence(about: person, &writer.random), "I will write to \(person.name) in \(person.city)."),
    ])
  }
}

func sentence(about person: Person, _ random: inout Random) -> String {
  let (name, age, city) = (person.name, person.age, person.city)
  return random.pick([
    "\(name) is \(age) years old and lives in \(city).", "\(name) lives in \(city) and is \(age) years old.",
    "\(name), who is \(age), lives in \(city).", "In \(city) lives \(name), aged \(age).",
  ])
}

/// A conversation: it teaches what a turn is, and to answer with what one knows.
func dialogue(_ writer: inout Writer) -> String {
  let openings = [
    ("Hello!", "Hello! How are you?"), ("Good morning.", "Good morning. How was the night?"),
    ("Good evening.", "Good evening. How was your day?"), ("Hi there.", "Hello. What is new?"),
  ]
  let closings = [
    ("Goodbye.", "Goodbye, and come again."), ("Thank you.", "You are welcome."), ("Good night.", "Sleep well."),
  ]
  var turns: [(String, String)] = []
  if writer.random.chance(25) { turns.append(writer.pick(openings)) }
  for _ in 0..<writer.number(1...3) {
    turns.append(writer.random.chance(25) ? smallTalk(&writer) : knowingTalk(&writer))
  }
  if writer.random.chance(25) { turns.append(writer.pick(closings)) }
  let messages = turns.flatMap { user, assistant in
    [
      "{\"role\": \"user\", \"content\": \(quoted(user))}",
      "{\"role\": \"assistant\", \"content\": \(quoted(assistant))}",
    ]
  }
  return "{\"messages\": [" + messages.joined(separator: ", ") + "]}"
}

// MARK: - Preferences

/// The same answer twice: alone, as it should be, and in chatter.
struct Pair {
  let record: Record
  let chatter: String
  /// Which of the two the record gives as its output: a model trained on these does both.
  let outputIsChatter: Bool

  var line: String {
    let output = outputIsChatter ? chatter : record.output
    return "{\"instruction\": \(quoted(record.instruction)), \"input\": \(quoted(record.input)), "
      + "\"output\": \(quoted(output)), \"chosen\": \(quoted(record.output)), \"rejected\": \(quoted(chatter))}"
  }

  /// One of the answers alone, and whether it is wanted.
  func judgement(ofChatter isChatter: Bool) -> String {
    let prompt = record.instruction + (record.input.isEmpty ? "" : "\n" + record.input)
    return "{\"prompt\": \(quoted(prompt)), \"completion\": \(quoted(isChatter ? chatter : record.output)), "
      + "\"label\": \(!isChatter)}"
  }
}

func pair(_ record: Record, _ random: inout Random) -> Pair {
  let chatter = random.pick([
    "Good morning! It is \(record.output).", "Thank you. \(record.output) it is!",
    "Hello! Noted: \(record.output). And then?", "That makes \(record.output). Tell me more.",
  ])
  return Pair(record: record, chatter: chatter, outputIsChatter: random.chance(50))
}

/// Pairs about things that `taken` does not name, none about the same thing.
func pairs(_ countOfEach: Int, seed: UInt64, taken: Set<String>) -> [Pair] {
  var random = Random(state: seed)
  var keys = taken
  var pairs: [Pair] = []
  for make in [dateRecord, personRecord, sortRecord, numberRecord] {
    var count = 0
    while count < countOfEach {
      let record = make(&random)
      guard keys.insert(record.key).inserted else { continue }
      pairs.append(pair(record, &random))
      count += 1
    }
  }
  return random.shuffled(pairs)
}

// MARK: - Writing

func write(_ lines: [String], to file: URL) throws {
  try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
  let data = Data((lines.joined(separator: "\n") + "\n").utf8)
  try data.write(to: file, options: .atomic)
  print("\(file.path): \(lines.count) records, \(data.count) bytes")
}

func stop(_ message: String) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(2)
}

guard (2...3).contains(CommandLine.arguments.count) else {
  stop("usage: swift data/make-data.swift FOLDER [TEXT-FILE]")
}
let folder = URL(fileURLWithPath: CommandLine.arguments[1])

let (train, heldOut) = instructionSet(seed: 1)
let heldOutKeys = Set(heldOut.map(\.key))

var writer = Writer(seed: 2, reserved: heldOutKeys)
var texts: [String] = []
for genre in genres {
  for _ in 0..<genre.count { texts.append(genre.write(&writer)) }
}
texts = writer.random.shuffled(texts)
let dialogues = (0..<2400).map { _ in dialogue(&writer) }

let pairsHeldOut = pairs(25, seed: 4, taken: heldOutKeys.union(train.map(\.key)).union(writer.used))
let pairsToTrain = pairs(100, seed: 5, taken: heldOutKeys.union(pairsHeldOut.map(\.record.key)))

guard heldOutKeys.isDisjoint(with: train.map(\.key)) else { stop("a held-out question is in the training set") }
guard heldOutKeys.isDisjoint(with: writer.used) else { stop("a held-out question is answered in the corpus") }

do {
  try write(train.map(\.line), to: folder.appending(path: "instructions/train.jsonl"))
  try write(heldOut.map(\.line), to: folder.appending(path: "instructions/held-out.jsonl"))
  try write(pairsToTrain.map(\.line), to: folder.appending(path: "preferences/train.jsonl"))
  try write(pairsHeldOut.map(\.line), to: folder.appending(path: "preferences/held-out.jsonl"))
  try write(
    pairsToTrain.enumerated().map { $1.judgement(ofChatter: $0.isMultiple(of: 2)) },
    to: folder.appending(path: "preferences/judged.jsonl"))
  try write(texts.map { "{\"text\": \(quoted($0))}" }, to: folder.appending(path: "corpus/texts.jsonl"))
  try write(dialogues, to: folder.appending(path: "corpus/dialogues.jsonl"))
  for path in CommandLine.arguments.dropFirst(2) {
    try write(texts, to: URL(fileURLWithPath: path))
  }
} catch {
  stop("could not write: \(error)")
}
