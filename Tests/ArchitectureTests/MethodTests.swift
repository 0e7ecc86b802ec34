import Testing

@Suite("Objectives and adapter methods")
struct MethodTests {
  @Test(
    "A method's name is written in its own file alone; everything else asks its type",
    arguments: [("Sources/Recipes/Objectives/", 6), ("Sources/Adapters/Methods/", 7)])
  func names(folder: String, count: Int) {
    let files = Repository.swiftFiles.filter { $0.path.hasPrefix("Sources/") }
    let methods = files.filter { $0.path.hasPrefix(folder) }.flatMap { file in
      file.text.matches(of: /static let (?:method|name) = ("\w+")/).map { (name: $0.1, path: file.path) }
    }
    #expect(methods.count >= count)
    // These two are words of records and of templates as well.
    for (name, path) in methods where name != "\"prompt\"" && name != "\"prefix\"" {
      for file in files where file.path != path {
        for (number, line) in file.code where line.contains(name) {
          Issue.record("\(file.path):\(number): names the method \(name), which is a matter of \(path)")
        }
      }
    }
  }
}
