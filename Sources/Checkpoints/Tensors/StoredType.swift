/// The number type of a tensor in a file.
///
/// The cases have the order of the safetensors library's `Dtype`, by increasing alignment, because its writer and
/// ``SafetensorsWriter`` sort by it. Attune computes with float types; tensors of other types can be listed and read as
/// bytes.
public enum StoredType: String, Sendable, CaseIterable {
  case bool
  case float4 = "float4_e2m1"
  case float6E2M3 = "float6_e2m3"
  case float6E3M2 = "float6_e3m2"
  case uint8
  case int8
  case float8E5M2 = "float8_e5m2"
  case float8E4M3 = "float8_e4m3"
  case float8E5M2FNUZ = "float8_e5m2fnuz"
  case float8E4M3FNUZ = "float8_e4m3fnuz"
  case float8E8M0 = "float8_e8m0"
  case int16
  case uint16
  case float16
  case bfloat16
  case int32
  case uint32
  case float32
  case complex64
  case float64
  case int64
  case uint64

  /// The number of bits per element: a multiple of 8, except for the packed 4-bit and 6-bit floats.
  public var bitWidth: Int {
    switch self {
    case .float4: 4
    case .float6E2M3, .float6E3M2: 6
    case .bool, .uint8, .int8, .float8E5M2, .float8E4M3, .float8E5M2FNUZ, .float8E4M3FNUZ, .float8E8M0: 8
    case .int16, .uint16, .float16, .bfloat16: 16
    case .int32, .uint32, .float32: 32
    case .complex64, .float64, .int64, .uint64: 64
    }
  }

  /// The name in a safetensors header, such as `F32` or `BF16`.
  public var safetensorsName: String {
    switch self {
    case .bool: "BOOL"
    case .float4: "F4"
    case .float6E2M3: "F6_E2M3"
    case .float6E3M2: "F6_E3M2"
    case .uint8: "U8"
    case .int8: "I8"
    case .float8E5M2: "F8_E5M2"
    case .float8E4M3: "F8_E4M3"
    case .float8E5M2FNUZ: "F8_E5M2FNUZ"
    case .float8E4M3FNUZ: "F8_E4M3FNUZ"
    case .float8E8M0: "F8_E8M0"
    case .int16: "I16"
    case .uint16: "U16"
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .int32: "I32"
    case .uint32: "U32"
    case .float32: "F32"
    case .complex64: "C64"
    case .float64: "F64"
    case .int64: "I64"
    case .uint64: "U64"
    }
  }

  /// The type with this name in a safetensors header, or nil if the name is unknown.
  public init?(safetensorsName: String) {
    guard let type = Self.allCases.first(where: { $0.safetensorsName == safetensorsName }) else { return nil }
    self = type
  }
}
