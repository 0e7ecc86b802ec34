extension AdapterConfiguration {
  /// All methods, in the order in which messages list them.
  package static let methods: [any AdapterMethod.Type] = [
    LoRA.self, DoRA.self, PrefixTuning.self, PromptTuning.self, BottleneckAdapters.self, IA3.self, BiasNorm.self,
  ]
}
