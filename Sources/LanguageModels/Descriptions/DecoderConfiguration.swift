/// A decoder as its `config.json` describes it: what it computes, layer by layer, and what its weights are called.
///
/// A ``DecoderFamily`` makes it. Everything else about a model follows from it.
public struct DecoderConfiguration: Sendable, Equatable {
  /// The family that described the model.
  public var family: DecoderFamily
  /// The model's width, C.
  public var hiddenSize: Int
  /// The number of tokens that the model knows, V.
  public var vocabularySize: Int
  /// The name of the embedding's weight, without `.weight`.
  public var embeddingName: String
  /// The layers, in the order in which they are computed; at least one.
  public var layers: [LayerDescription]
  /// The norm after the last layer.
  public var finalNorm: NormDescription
  /// What reads the last states.
  public var head: OutputHead
  /// The name of the weight that turns the last states into logits, without `.weight`.
  public var vocabularyHeadName: String
  /// Whether the embedding serves as that weight.
  public var tiesEmbeddings: Bool
  /// How long a sequence the model was made for.
  public var maximumPositions: Int
  /// The standard deviation of random weights.
  public var initializerRange: Double
  /// The token that begins a text.
  public var beginningOfTextID: Int32?
  /// The tokens that end a text.
  public var endOfTextIDs: [Int32]
  /// What the names of tensors end with that files hold besides the weights and that no model needs.
  public var bufferSuffixes: [String]
  /// What the file says twice and differently, and which of the two is used: sentences for the user.
  public var notes: [String] = []

  /// The number of layers.
  public var layerCount: Int { layers.count }

  /// The attention of the first layer, whose heads are those of all layers.
  public var attention: AttentionDescription { layers[0].attention }

  /// The linear layers of all layers: where adapters may go.
  public var linears: [LinearDescription] { layers.flatMap(\.linears) }

  /// The roles of linear layers, each once, in the order in which they first occur: `q_proj`, `k_proj`, ….
  public var linearRoles: [String] {
    var known: Set<String> = []
    return linears.map(\.role).filter { known.insert($0).inserted }
  }

  /// Changes every layer.
  mutating func changeLayers(_ change: (inout LayerDescription) -> Void) {
    for index in layers.indices { change(&layers[index]) }
  }
}
