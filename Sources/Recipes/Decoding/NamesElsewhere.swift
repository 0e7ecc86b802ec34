/// What keys are called in other trainers (TRL, PEFT, torchtune, mlx-lm): too far from our names for a typing error, yet
/// clear in meaning.
enum NamesElsewhere {
  /// The full name of the key that another trainer's name means.
  static func ours(for name: String) -> String? { names[name.lowercased()] }

  private static let names = [
    "lr": "optimizer.learning_rate", "adam_epsilon": "optimizer.epsilon", "eps": "optimizer.epsilon",
    "optimizer_in_bwd": "optimizer.in_backward", "optim_bits": "optimizer.moments",
    "max_grad_norm": "optimizer.clip_norm", "clip_grad_norm": "optimizer.clip_norm",
    "lr_scheduler_type": "schedule.method", "num_warmup_steps": "schedule.warmup_steps",
    "num_train_epochs": "training.epochs", "max_steps": "training.steps", "iters": "training.steps",
    "per_device_train_batch_size": "training.micro_batch_size",
    "gradient_accumulation_steps": "training.batch_size", "grad_accumulation_steps": "training.batch_size",
    "max_seq_length": "data.max_length", "max_seq_len": "data.max_length", "valid": "data.held_out",
    "validation": "data.held_out", "dataset": "data.train", "chat_template": "data.template",
    "chat_template_kwargs": "data.template_options", "mask_history": "data.train_on",
    "completion_only_loss": "data.train_on", "mask_prompt": "data.train_on", "train_on_input": "data.train_on",
    "model_name_or_path": "model.path", "dtype": "model.precision", "bf16": "model.precision",
    "gradient_checkpointing": "model.activation_checkpointing", "grad_checkpoint": "model.activation_checkpointing",
    "enable_activation_checkpointing": "model.activation_checkpointing",
    "r": "adapter.rank", "lora_rank": "adapter.rank", "lora_alpha": "adapter.alpha",
    "lora_dropout": "adapter.dropout", "target_modules": "adapter.targets", "lora_attn_modules": "adapter.targets",
    "layers_to_transform": "adapter.layers", "use_rslora": "adapter.scaling",
    "init_lora_weights": "adapter.initialization", "modules_to_save": "adapter.train_also",
    "num_virtual_tokens": "adapter.length", "loss_type": "objective.loss", "ref_model": "objective.reference",
    "rpo_alpha": "objective.sft_weight", "output_dir": "output", "adapter_path": "output",
    "eval_steps": "evaluation.every", "steps_per_eval": "evaluation.every", "save_steps": "checkpoint.every",
    "save_every": "checkpoint.every", "save_total_limit": "checkpoint.keep", "logging_steps": "logging.every",
    "steps_per_report": "logging.every",
  ]
}
