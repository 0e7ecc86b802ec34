/// The contents of a SentencePiece `tokenizer.model`, as far as encoding and decoding need them.
///
/// Source of the field numbers and defaults: `sentencepiece_model.proto` of google/sentencepiece.
struct SentencePieceFile {
  /// One piece of the vocabulary; its position is its id.
  struct Piece {
    var text: [UInt8] = []
    var score: Float = 0
    var kind = Kind.normal
  }

  /// `ModelProto.SentencePiece.Type`.
  enum Kind: Int {
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6
  }

  private(set) var pieces: [Piece] = []
  /// `TrainerSpec.model_type`; 1 is Unigram, 2 is BPE.
  private(set) var modelType: UInt64 = 1
  private(set) var fallsBackToBytes = false
  private(set) var treatsSpaceAsSuffix = false
  private(set) var beginningPiece = Array("<s>".utf8)
  /// `NormalizerSpec.precompiled_charsmap`.
  private(set) var characterMap: [UInt8] = []
  private(set) var addsDummyPrefix = true
  private(set) var removesExtraSpaces = true
  private(set) var escapesSpaces = true

  init(_ bytes: [UInt8]) throws {
    var reader = ProtobufReader(bytes[...])
    while let (number, value) = try reader.next() {
      // The other fields are a self-test, a denormalizer and extensions.
      guard case .bytes(let message) = value else { continue }
      switch number {
      case 1: pieces.append(try Piece(message))
      case 2: try readTrainer(message)
      case 3: try readNormalizer(message)
      default: continue
      }
    }
  }

  private mutating func readTrainer(_ message: ArraySlice<UInt8>) throws {
    var reader = ProtobufReader(message)
    while let field = try reader.next() {
      switch field {
      case (3, .varint(let type)): modelType = type
      case (24, .varint(let flag)): treatsSpaceAsSuffix = flag != 0
      case (35, .varint(let flag)): fallsBackToBytes = flag != 0
      case (46, .bytes(let text)): beginningPiece = Array(text)
      default: continue
      }
    }
  }

  private mutating func readNormalizer(_ message: ArraySlice<UInt8>) throws {
    var reader = ProtobufReader(message)
    while let field = try reader.next() {
      switch field {
      case (2, .bytes(let map)): characterMap = Array(map)
      case (3, .varint(let flag)): addsDummyPrefix = flag != 0
      case (4, .varint(let flag)): removesExtraSpaces = flag != 0
      case (5, .varint(let flag)): escapesSpaces = flag != 0
      default: continue
      }
    }
  }
}

extension SentencePieceFile.Piece {
  fileprivate init(_ message: ArraySlice<UInt8>) throws {
    var reader = ProtobufReader(message)
    while let field = try reader.next() {
      switch field {
      case (1, .bytes(let text)): self.text = Array(text)
      case (2, .fixed32(let bits)): score = Float(bitPattern: bits)
      case (3, .varint(let type)):
        guard let kind = Int(exactly: type).flatMap(SentencePieceFile.Kind.init) else {
          throw ProtobufReader.Malformed(problem: "a piece has the unknown type \(type)")
        }
        self.kind = kind
      default: continue
      }
    }
  }
}
