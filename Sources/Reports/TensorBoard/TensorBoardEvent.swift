/// One record of an event file: TensorFlow's `Event` (tensorflow/core/util/event.proto) with the parts of `Summary`
/// that scalars and texts need.
enum TensorBoardEvent {
  /// The first record of a file: the version of its format.
  case version
  /// Invalidates earlier events of this step and later ones: the run resumes after the previous step.
  case restart
  /// Numbers by tag.
  case scalars([(tag: String, value: Double)])
  /// Markdown texts by tag.
  case texts([(tag: String, text: String)])

  /// The record's bytes.
  ///
  /// - Parameters:
  ///   - step: the optimizer step.
  ///   - time: seconds since 1970.
  func bytes(step: Int, time: Double) -> [UInt8] {
    var event = ProtobufWriter()
    event.double(1, time)
    event.integer(2, Int64(step))
    switch self {
    case .version: event.text(3, "brain.Event:2")
    case .restart: event.message(7) { $0.integer(1, 1) }  // SessionLog: status START
    case .scalars(let scalars):
      event.message(5) { summary in
        for (tag, value) in scalars {
          summary.message(1) { entry in
            entry.text(1, tag)
            entry.float(2, Float(value))
          }
        }
      }
    case .texts(let texts):
      event.message(5) { summary in
        for (tag, text) in texts {
          summary.message(1) { entry in
            entry.text(1, tag)
            entry.message(8) { tensor in
              tensor.integer(1, 7)  // DT_STRING
              tensor.message(2) { shape in shape.message(2) { $0.integer(1, 1) } }
              tensor.text(8, text)
            }
            entry.message(9) { metadata in
              metadata.message(1) { $0.text(1, "text") }  // the plugin
              metadata.integer(4, 2)  // DATA_CLASS_TENSOR
            }
          }
        }
      }
    }
    return event.bytes
  }
}
