/// Where in the code threads are given work.
struct CodePlace {
  /// `module/file`, as `#fileID` has it.
  let file: StaticString
  let line: Int

  /// `RMSNorm.swift:75`.
  var name: String { "\(file.description.split(separator: "/").last ?? ""):\(line)" }
}
