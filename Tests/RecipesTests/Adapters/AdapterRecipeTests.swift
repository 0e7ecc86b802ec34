import Adapters
import Diagnostics
import Recipes
import Testing

@Suite("Adapter methods in recipes")
struct AdapterRecipeTests {
  @Test("every registered method has its keys in recipes")
  func registration() throws {
    let error = #expect(throws: UserErrors.self) {
      try RecipeFile(text: shortestRecipe + "adapter: {rank: 8}", path: "x.yaml")
    }
    let names = AdapterConfiguration.methods.map { $0.name }.joined(separator: ", ")
    #expect(error?.description.contains("adapter.method is missing: give one of \(names).") ?? false)
  }
}
