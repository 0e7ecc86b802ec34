import Diagnostics

extension Template {
  /// Stanford Alpaca: one instruction, optionally an input, and one answer.
  ///
  /// Format: `PROMPT_DICT` in `train.py` of tatsu-lab/stanford_alpaca. The format has a fixed preamble instead of a
  /// system message, and a single turn; it rejects any other conversation.
  public static let alpaca = Template(name: .alpaca, endOfTurn: .endOfText) { messages, opensAnswer in
    guard let instruction = messages.first, instruction.role == .user,
      opensAnswer ? messages.count == 1 : messages.count <= 2,
      messages.dropFirst().allSatisfy({ $0.role == .assistant })
    else {
      let roles = messages.map(\.role.rawValue).joined(separator: ", ")
      throw UserError.file(
        "the template 'alpaca' writes one instruction and one answer, found the turns \(roles); choose a template for "
          + "conversations: chatml, llama2, llama3 or zephyr")
    }
    return [.frame(alpacaPrompt(instruction))] + messages.dropFirst().map { .answer($0.content) }
  }

  private static func alpacaPrompt(_ message: Message) -> String {
    guard let input = message.input else {
      return """
        Below is an instruction that describes a task. Write a response that appropriately completes the request.

        ### Instruction:
        \(message.content)

        ### Response:
        """
    }
    return """
      Below is an instruction that describes a task, paired with an input that provides further context. \
      Write a response that appropriately completes the request.

      ### Instruction:
      \(message.content)

      ### Input:
      \(input)

      ### Response:
      """
  }
}
