import Recipes
import Runs
import Testing

@Suite("A recipe's values as reports show them")
struct RecipeEntriesTests {
  @Test("each key has the default of a recipe with the same methods; required keys have none")
  func defaults() throws {
    let text = """
      output: runs/short
      model: {path: models/tiny}
      data: {train: train.jsonl}
      adapter: {method: lora, rank: 4}
      objective: {method: dpo, beta: 0.3}
      """
    let entries = try RecipeFile(text: text, path: "x.yaml").recipe.entries
    func value(_ key: String) throws -> [String?] {
      let entry = try #require(entries.first { $0.keyPath == key })
      return [entry.value, entry.defaultValue]
    }
    #expect(try value("adapter.rank") == ["4", "8"])
    #expect(try value("objective.beta") == ["0.3", "0.1"])
    #expect(try value("seed") == ["42", "42"])
    #expect(try value("output") == ["runs/short", nil])
    #expect(try value("model.path") == ["models/tiny", nil])
  }
}
