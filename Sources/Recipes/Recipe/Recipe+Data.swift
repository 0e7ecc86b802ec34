import InstructionData
import StrictJSON

extension Recipe {
  /// What the model is trained on, and how the records become tokens.
  public struct Data: Sendable, Equatable {
    /// One file of records.
    public struct Source: Sendable, Equatable {
      /// What reports call it; the file's name without its ending, where the recipe doesn't say.
      public var name: String
      /// The file.
      public var path: String
      /// How much of the mixture it makes up.
      public var share: Share

      /// A file of records under a name.
      public init(name: String, path: String, share: Share = .once) {
        self.name = name
        self.path = path
        self.share = share
      }
    }

    /// How much of a mixture a source makes up.
    public enum Share: Sendable, Equatable {
      /// Every record once an epoch.
      case once
      /// Every record so many times an epoch.
      case epochs(Double)
      /// This weight over the sum of all sources' weights.
      case weight(Double)
    }

    /// How conversations become text.
    public typealias Template = TemplateName

    /// Which tokens are trained on.
    public typealias TrainOn = InstructionData.TrainOn

    /// What happens to records of which the template does not show everything.
    public typealias LostPartsPolicy = InstructionData.LostPartsPolicy

    /// What happens to examples that are too long.
    public typealias LengthPolicy = InstructionData.LengthPolicy

    /// The training records; required.
    public var train: [Source]
    /// Records that are only evaluated on, under names of their own; may be empty.
    public var heldOut: [Source] = []
    /// How turns become text; nil: the model's own where it has one, otherwise `plain`.
    public var template: Template?
    /// Variables that a model's own template reads, such as `enable_thinking`; those of a record take precedence.
    public var templateOptions: JSONObject?
    /// What happens to records of which the template does not show everything. error: nothing is lost in silence.
    public var lostParts = LostPartsPolicy.error
    /// Which tokens the loss counts. completion: as TRL for prompt–completion records.
    public var trainOn = TrainOn.completion
    /// The longest example, in tokens. 512: Stanford Alpaca's `model_max_length`.
    public var maximumLength = 512
    /// What happens to longer ones. error: nothing is lost in silence.
    public var lengthPolicy = LengthPolicy.error
    /// Whether examples are laid end to end, never attending to each other. On: the same result in less time.
    public var packing = true
    /// Whether a prefix that examples of a micro-batch share is computed once. On: the same result in less time and memory.
    public var sharePrefixes = true
    /// Whether each epoch goes through the records in an order of its own. On: PyTorch trainers' custom.
    public var shuffle = true
    /// How much of the training examples is used, evenly chosen. 1: all; less to try things out, as `attune sweep` does.
    public var share = 1.0
    /// What the file calls the keys of a record, by the names that Attune knows: `["prompt": "question"]`.
    public var columns: [String: String] = [:]
    /// The day that a model's own template sees if it asks (`strftime_now`); nil: the day on which the run starts.
    public var date: CalendarDay?

    /// Training records with the defaults for everything else.
    public init(train: [Source]) {
      self.train = train
    }
  }
}

extension Recipe.Data {
  /// The keys that records may have.
  static let columnNames = [
    "instruction", "input", "output", "messages", "conversations", "prompt", "completion", "text", "chosen", "rejected",
    "label", "ids", "prompt_len",
  ]

  /// Decodes the section `data` of a recipe.
  init(_ recipe: Section) {
    let section = recipe.section("data")
    self.init(train: section.sources("train"))
    heldOut = section.namedSources("held_out")
    if !recipe.has("data") {
      recipe.reportMissing("data", "give data.train, the file with the training records")
    } else if !section.has("train"), !section.isUnclear {
      section.reportMissing("train", "give the file with the training records")
    }
    section.choice("template", &template)
    section.templateOptions("template_options", &templateOptions)
    section.choice("lost_parts", &lostParts)
    section.choice("train_on", &trainOn)
    section.integer("max_length", &maximumLength, atLeast: 2)
    section.choice("length_policy", &lengthPolicy)
    section.flag("packing", &packing)
    section.flag("share_prefixes", &sharePrefixes)
    section.flag("shuffle", &shuffle)
    section.number("share", &share, .share)
    section.day("date", &date)
    guard section.has("columns") else { return }
    let renamed = section.section("columns")
    for name in Self.columnNames {
      var column: String?
      renamed.text(name, &column)
      columns[name] = column
    }
  }

  var resolved: ResolvedValue {
    .section([
      ("train", .list(train.map(\.resolved))),
      ("held_out", .section(heldOut.map { ($0.name, .text($0.path)) })),
      ("template", template.map { .text($0.rawValue) } ?? .null),
      ("template_options", templateOptions.map { ResolvedValue(.object($0)) } ?? .section([])),
      ("lost_parts", .text(lostParts.rawValue)), ("train_on", .text(trainOn.rawValue)),
      ("max_length", .integer(maximumLength)), ("length_policy", .text(lengthPolicy.rawValue)),
      ("packing", .bool(packing)), ("share_prefixes", .bool(sharePrefixes)), ("shuffle", .bool(shuffle)),
      ("share", .number(share)),
      ("columns", .section(Self.columnNames.compactMap { name in columns[name].map { (name, .text($0)) } })),
      ("date", date.map { .text($0.description) } ?? .null),
    ])
  }
}

extension Recipe.Data.Source {
  var resolved: ResolvedValue {
    let share: [ResolvedValue.Field] =
      switch self.share {
      case .once: []
      case .epochs(let epochs): [("epochs", .number(epochs))]
      case .weight(let weight): [("weight", .number(weight))]
      }
    return .section([("path", .text(path)), ("name", .text(name))] + share)
  }
}
