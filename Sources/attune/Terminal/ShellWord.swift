/// A text as one word of a command that the user may paste into a shell (POSIX, Shell Command Language, 2.2.2).
package func shellWord(_ text: String) -> String {
  let isPlain =
    text.utf8.first != UInt8(ascii: "~") && !text.isEmpty
    && text.utf8.allSatisfy { byte in
      byte >= 0x80 || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
        || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "/._-=+,:@%~".utf8.contains(byte)
    }
  return isPlain ? text : "'\(text.replacing("'", with: #"'\''"#))'"
}
