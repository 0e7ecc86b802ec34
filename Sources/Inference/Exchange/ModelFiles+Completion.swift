import Checkpoints
import Foundation
import InstructionData
import StrictJSON

extension ModelFiles {
  /// Everything but tensors, with the files that transformers needs in a folder: the template that the model was trained
  /// with as `chat_template.jinja`, a `generation_config.json` whose end tokens include the template's end of turn, and a
  /// `tokenizer_config.json`. Files that are complete already stay as they are, byte for byte.
  ///
  /// - Throws: `UserError` of kind `file` for files that do not hold what they should.
  public func completeContents() throws -> ModelContents {
    var contents = contents
    let chat = try chatEncoder()
    if let tokenizer, let encoder, let text = chat?.template?.jinja(for: encoder, token: tokenizer.token) {
      contents.files["chat_template.jinja"] = Data(text.utf8)
      // An older template in the other place would contradict it.
      try contents.change("tokenizer_config.json", of: place) { $0.removing("chat_template") }
    }
    // Of config.json's tokens, those that generation stops at.
    let stops =
      configuration.endOfTextIDs.filter(stopIDs.contains) + (chat?.stopIDs ?? [])
      + [encoder?.endOfText].compactMap { $0 }
    try completeGeneration(&contents, stops)
    if contents.tokenizer != nil, contents.files["tokenizer_config.json"] == nil {
      contents.files["tokenizer_config.json"] = Data(tokenizerConfiguration.compactText.utf8)
    }
    return contents
  }

  /// The noted template with the tokenizer; nil for a template of the model's own that cannot be used here.
  private func chatEncoder() throws -> ChatEncoder? {
    guard let name = contents.template.flatMap(TemplateName.init(rawValue:)) else { return nil }
    return name == .model ? (try? chatEncoder(name)) ?? nil : try chatEncoder(name)
  }

  /// Adds the tokens at which an answer ends to `eos_token_id`, after those that are there.
  private func completeGeneration(_ contents: inout ModelContents, _ stops: [Int32]) throws {
    let name = "generation_config.json"
    let noted = try contents.object(name, of: place)
    var ids = (noted?["eos_token_id"]).map { $0.arrayValue ?? [$0] } ?? []
    ids.removeAll(where: \.isNull)
    let before = ids.count
    for id in stops where !ids.contains(.integer(id)) { ids.append(.integer(id)) }
    guard ids.count > before || noted == nil, !ids.isEmpty else { return }
    var members: [(key: String, value: JSONValue)] = []
    if noted == nil, let first = configuration.beginningOfTextID { members.append(("bos_token_id", .integer(first))) }
    members.append(("eos_token_id", ids.count == 1 ? ids[0] : .array(ids)))
    contents.files[name] = Data(((noted ?? [:]).replacing(members).compactText + "\n").utf8)
  }

  /// What `AutoTokenizer` needs to load `tokenizer.json` unchanged.
  private var tokenizerConfiguration: JSONValue {
    var members: [(key: String, value: JSONValue)] = [("tokenizer_class", "PreTrainedTokenizerFast")]
    func add(_ key: String, _ id: Int32?) {
      if let text = id.flatMap({ tokenizer?.token(of: $0) }) { members.append((key, .string(text))) }
    }
    add("bos_token", encoder?.prefix.first)
    add("eos_token", encoder?.endOfText)
    members.append(("model_max_length", .integer(configuration.maximumPositions)))
    members.append(("clean_up_tokenization_spaces", false))
    return .members(members)
  }
}

extension ModelContents {
  /// Changes a small JSON file, where there is one; its bytes stay the same where nothing changes.
  fileprivate mutating func change(
    _ name: String, of place: String, _ change: (JSONValue) -> JSONValue
  ) throws {
    guard let value = try object(name, of: place) else { return }
    let changed = change(value)
    if changed != value { files[name] = Data((changed.compactText + "\n").utf8) }
  }
}
