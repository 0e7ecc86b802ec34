/// The recipe of the documentation, with every key that a LoRA run can have.
let exampleRecipe = """
  # attune run recipes/lora.yaml
  output: runs/lora
  seed: 42
  model:
    path: data/models/tiny        # or `configuration: {...}` and `tokenizer:` to start from random weights
    precision: float32            # float32 | bfloat16
    activation_checkpointing: none   # none | selective | full
  adapter:                        # leave out for full fine-tuning (the default)
    method: lora                  # lora | dora | prefix | prompt | bottleneck | ia3 | bias_norm
    rank: 8
    alpha: 16
    dropout: 0.0
    targets: [q_proj, v_proj]     # names as in the model, or `all`
  objective:
    method: sft                   # sft | dpo | …
  data:
    train: data/instructions/train.jsonl
    held_out: data/instructions/held-out.jsonl
    template: model
    train_on: completion          # completion | all
    max_length: 512
    length_policy: error          # error | drop | truncate | split
    packing: true
    shuffle: true
  optimizer:
    method: adamw
    learning_rate: 3.0e-4
    betas: [0.9, 0.95]
    epsilon: 1.0e-8
    weight_decay: 0.1             # tensors of rank 2 and more
    clip_norm: 1.0
  schedule:
    method: cosine                # cosine | linear | constant
    warmup_steps: 20              # or warmup_fraction
    final_fraction: 0.1           # of the peak learning rate
  training:
    epochs: 3                     # or steps
    batch_size: 8
    micro_batch_size: 4
  evaluation: {every: 50}         # steps; also at the end
  checkpoint: {every: 100, keep: 2}
  logging: {every: 1, tensorboard: true}

  """

/// The shortest recipe that there is.
let shortestRecipe = """
  output: runs/short
  model: {path: models/tiny}
  data: {train: train.jsonl}

  """
