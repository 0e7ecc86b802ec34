import Adapters
import Testing

@Suite("The registered methods")
struct AdapterMethodTests {
  @Test("have a name each, and a sample that the tests of files and of merging take up")
  func samples() {
    let names = AdapterConfiguration.methods.map { $0.name }
    #expect(Set(names).count == names.count)
    #expect(Set(names) == Set(SampleAdapter.all.map(\.configuration.method)))
  }

  @Test("are equal by type and settings")
  func equality() {
    var other = LoRA()
    other.rank = 4
    #expect(AdapterConfiguration.lora(LoRA()) == .lora(LoRA()))
    #expect(AdapterConfiguration.lora(LoRA()) != .lora(other))
    #expect(AdapterConfiguration.lora(LoRA()) != .dora(LoRA()))
  }
}
