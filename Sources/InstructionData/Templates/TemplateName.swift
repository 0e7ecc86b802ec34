/// The names of templates in a recipe (`data.template`).
public enum TemplateName: String, Sendable, CaseIterable {
  /// Stanford Alpaca's format for one instruction and one answer.
  case alpaca
  /// `<|im_start|>ROLE`, the content, `<|im_end|>`: Qwen, SmolLM2 and others.
  case chatml
  /// `[INST] … [/INST]`: Llama 2 and the first Mistral models.
  case llama2
  /// `<|start_header_id|>ROLE<|end_header_id|>`, the content, `<|eot_id|>`: Llama 3.
  case llama3
  /// `<|ROLE|>`, the content, `</s>`: Zephyr and TinyLlama.
  case zephyr
  /// Prompt, completion, end-of-text.
  case plain
  /// The model's own `chat_template`.
  case model
}
