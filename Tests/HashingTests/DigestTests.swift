import Hashing
import Testing

@Suite struct DigestTests {
  @Test("the examples of FIPS 180-4")
  func standardExamples() {
    #expect(
      hexadecimal(Digest.sha256(of: "abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      hexadecimal(Digest.sha256(of: [])) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    let digest = Digest(.sha1)
    digest.update("abc")
    #expect(digest.finishInHexadecimal() == "a9993e364706816aba3e25717850c26c9cd0d89d")
  }

  @Test("git's name of a file with 'hello' and a line break")
  func gitBlob() {
    let digest = Digest(.sha1)
    digest.update("blob 6\0")
    digest.update("hello\n".utf8)
    #expect(digest.finishInHexadecimal() == "ce013625030ba8dba906f756967f9e9ca394464a")
  }

  @Test("the digest does not depend on the pieces; numbers count as their little-endian bytes")
  func pieces() {
    let pieces = Digest()
    pieces.update([1, -1] as [Int32])
    pieces.update(UInt64(0x0102))
    pieces.update([] as [UInt8])
    pieces.update("é")
    let bytes: [UInt8] = [1, 0, 0, 0, 255, 255, 255, 255, 2, 1, 0, 0, 0, 0, 0, 0, 0xC3, 0xA9]
    #expect(pieces.finish() == Digest.sha256(of: bytes))
  }

  @Test("the first eight bytes as a number")
  func number() {
    let digest = Digest()
    digest.update("abc")
    #expect(digest.finishAsNumber() == 0xba78_16bf_8f01_cfea)
  }
}
