import Checkpoints
import Diagnostics
import Foundation
import TestSupport
import Testing

/// Interoperability with HDF5: h5py reads what Attune writes, and Attune rejects files of h5py with another layout.
@Suite(.enabled(if: Python.withH5py != nil, "needs a Python with h5py (ATTUNE_PYTHON)"))
struct H5pyTests {
  @Test func h5pyReadsWhatIsWritten() throws {
    let folder = try TemporaryFolder()
    let writer = try AttuneFileWriter(folder["x.h5"], kind: .adapter, provenance: ["base_digest": "f00d"])
    let values: [Float] = (0..<600_000).map { Float($0) / 7 }
    for type in [StoredType.float32, .bfloat16] {
      let tensor = try TensorDescription(name: "model.\(type.rawValue).weight", shape: [600, 1000], type: type)
      try values.withUnsafeBytes { try writer.write(tensor, to: .adapter, from: $0, as: .float32) }
    }
    let half = try TensorDescription(name: "half", shape: [3], type: .float16)
    try [UInt16](arrayLiteral: 0x3C00, 0x0001, 0xFC00).withUnsafeBytes {
      try writer.write(half, to: .adapter, from: $0, as: .float16)
    }
    try writer.write("{\"größe\": 1}", to: .adapterConfiguration)
    try writer.write(NamedFile(name: "README.md", data: Data("hi".utf8)))
    try writer.setState("step", .integer(12))
    try writer.setState("random", .words([.max, 1]))
    try writer.finish()
    let printed = try Python.run(
      #require(Python.withH5py),
      """
      import h5py, numpy, sys
      file = h5py.File(sys.argv[1], "r")
      print(file.userblock_size, sorted((k, v.decode() if isinstance(v, bytes) else int(v)) for k, v in file.attrs.items()))
      data = file["adapter/model.float32.weight"]
      expected = (numpy.arange(600000, dtype=numpy.float32) / numpy.float32(7)).reshape(600, 1000)
      print(data.dtype, data.fletcher32, data.compression, numpy.array_equal(data[...], expected))
      data = file["adapter/model.bfloat16.weight"]
      read = (data[...].astype(numpy.uint32) << 16).view(numpy.float32)
      print(data.dtype, data.attrs["dtype"], bool(numpy.all(abs(read - expected) <= expected / 256)))
      print(file["adapter/half"].dtype, file["adapter/half"][...].tolist())
      print(file["adapter_configuration"][()].decode(), file["files/README.md"][...].tobytes())
      print(file["state"].attrs["step"], file["state"].attrs["random"])
      """, folder["x.h5"].path)
    #expect(
      printed == """
        512 [('base_digest', 'f00d'), ('complete', 1), ('format', 'attune'), ('kind', 'adapter'), ('version', 1)]
        float32 True None True
        uint16 b'bfloat16' True
        float16 [1.0, 5.960464477539063e-08, -inf]
        {"größe": 1} b'hi'
        12 [18446744073709551615                    1]
        """)
  }

  /// Lines of Python that put something that Attune never writes into a file with a correct digest, each with the words
  /// that the message must contain.
  private let strangers: [(line: String, expected: String)] = [
    ("f.attrs['format'] = numpy.bytes_('other')", "'format' is not 'attune'"),
    ("f.attrs['version'] = 2", "has version 2; this program reads version 1"),
    ("f.attrs['kind'] = numpy.bytes_('thing')", "'kind' is not one of model, adapter, checkpoint"),
    ("f.attrs['complete'] = 0", "is incomplete"),
    ("f.attrs['odd'] = [1.5, 2.5]", "the attribute 'odd' has an unexpected type"),
    ("f.attrs['odd'] = 'variable length'", "the attribute 'odd' has an unexpected type"),
    ("f['extra'] = 1", "unknown entry /extra"),
    ("f['model/link'] = h5py.SoftLink('/etc')", "/model contains links to other places"),
    ("f['model/link'] = h5py.ExternalLink('/etc/passwd', '/')", "/model contains links to other places"),
    ("f['model/words'] = numpy.zeros(3, 'u2')", "expected 32-bit or 16-bit floats"),
    ("f['model/wide'] = numpy.zeros(3, 'f8')", "expected 32-bit or 16-bit floats"),
    ("f['model/big'] = numpy.zeros(3, '>f4')", "expected 32-bit or 16-bit floats"),
    ("f.create_group('model/inner')", "is not a dataset"),
    ("f.create_dataset('model/zip', (9000,), 'f4', compression='gzip')", "is compressed or stored elsewhere"),
    (
      "f.create_dataset('model/out', (9,), 'f4', external=[('/etc/passwd', 0, 36)])",
      "is compressed or stored elsewhere"
    ),
    ("f.create_dataset('model/sparse', (1 << 40,), 'f4', chunks=(1024,))", "but only 0 are stored"),
    ("f['state/more'] = 1", "/state contains more than attributes"),
    ("f['optimizer/third'] = 1", "unknown entry /optimizer/third"),
    ("del f['configuration']; f['configuration'] = 'variable length'", "expected one text of fixed length"),
    ("del f['configuration']; f['configuration'] = numpy.bytes_(bytes([255, 254]))", "is not UTF-8 text"),
  ]

  @Test func whatAttuneNeverWritesIsRefused() throws {
    let folder = try TemporaryFolder()
    let lines = ["pass"] + strangers.map(\.line)
    let printed = try Python.run(
      #require(Python.withH5py),
      """
      import h5py, hashlib, numpy, struct, sys
      for number, line in enumerate(sys.argv[2].splitlines()):
          path = f"{sys.argv[1]}/{number}.h5"
          with h5py.File(path, "w", libver=("v110", "v110"), userblock_size=512) as f:
              f.attrs["format"], f.attrs["version"] = numpy.bytes_("attune"), 1
              f.attrs["kind"], f.attrs["complete"] = numpy.bytes_("model"), 1
              f["model/w"] = numpy.ones((2, 3), "f4")
              f["configuration"] = numpy.bytes_("{}")
              f.create_group("state")
              exec(line)
          data = open(path, "rb").read()[512:]
          block = b"\\x89ATTUNE\\n" + struct.pack("<IQ", 1, len(data)) + hashlib.sha256(data).digest()
          open(path, "r+b").write(block)
      """, folder.url.path, lines.joined(separator: "\n"))
    #expect(printed == "")
    func readAll(_ number: Int) throws {
      let file = try AttuneFile(folder["\(number).h5"])
      #expect(try file.tensors(in: .model).floats("w") == [Float](repeating: 1, count: 6))
      _ = try file.contents(.model)
    }
    try readAll(0)
    for (number, stranger) in strangers.enumerated() {
      let message = message { try readAll(number + 1) }
      #expect(message.contains(stranger.expected), "\(stranger.line): \(message)")
    }
  }
}
