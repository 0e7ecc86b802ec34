import Tensors
import Testing

@Suite("Tensors")
struct TensorTests {
  @Test("A shape knows its count, rows and width")
  func shapes() {
    let shape: Shape = [2, 3, 4]
    #expect(shape.count == 24 && shape.rank == 3 && shape.width == 4 && shape.rows == 6 && shape[1] == 3)
    #expect(Shape([]).count == 1 && Shape([]).width == 1 && Shape([]).rows == 1)
    #expect(Shape([5, 0]).count == 0 && Shape([5, 0]).rows == 0)
    #expect("\(shape)" == "[2, 3, 4]")
  }

  @Test("Elements are row-major and scalars have one")
  func elements() {
    #expect(Tensor([1, 2, 3, 4], [2, 2]).rows(1..<2).array == [3, 4])
    #expect(Tensor(7).scalar == 7)
    #expect(Tensor(repeating: 1.5, [3], .bfloat16).array == [1.5, 1.5, 1.5])
    #expect(Tensor.zeros([0]).array.isEmpty)
  }

  @Test("Changing a copy leaves the original alone")
  func copyOnWrite() {
    let original = Tensor([1, 2, 3])
    var copy = original
    copy[0] = 9
    #expect(original.array == [1, 2, 3])
    #expect(copy.array == [9, 2, 3])
  }

  @Test("A tensor with memory of its own is changed in place")
  func inPlace() {
    var tensor = Tensor([1, 2, 3])
    let before = tensor.address
    tensor.update { $0[0] = 9 }
    #expect(tensor.address == before)
    #expect(tensor.array == [9, 2, 3])
  }

  @Test("Rows and reshaped tensors share memory until one is changed")
  func views() {
    let matrix = Tensor([1, 2, 3, 4, 5, 6], [3, 2])
    var rows = matrix.rows(1..<3)
    var flat = matrix.reshaped([6])
    #expect(rows.shape == [2, 2] && rows.address == matrix.address.map { $0 + 8 })
    #expect(flat.address == matrix.address)
    rows[0] = 30
    flat[5] = 60
    #expect(matrix.array == [1, 2, 3, 4, 5, 6])
    #expect(rows.array == [30, 4, 5, 6])
    #expect(flat.array == [1, 2, 3, 4, 5, 60])
  }
}

extension Tensor {
  /// Where the elements are in memory, to see whether two tensors share it.
  var address: UnsafeRawPointer? { withBytes(\.baseAddress) }
}
