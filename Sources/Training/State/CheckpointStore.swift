import Checkpoints
import Diagnostics
import Foundation
import InputFiles
import InstructionData
import LanguageModels
import Optimization
import Tensors

/// The files of a run's state in its output folder: `last.h5`, older `step-N.h5`, `best.h5`.
public final class CheckpointStore {
  /// The output folder.
  public let folder: URL
  /// How many states to resume from are kept, `last.h5` included.
  public let keep: Int
  /// What every file holds besides tensors: configuration, tokenizer, recipe, provenance.
  public let contents: ModelContents

  /// The step of `last.h5`, if this store has written or read it.
  private var lastStep: Int?

  /// A store of a folder, which must exist.
  public init(folder: URL, keep: Int, contents: ModelContents) {
    self.folder = folder
    self.keep = keep
    self.contents = contents
  }

  /// The state that training resumes from.
  public var last: URL { folder.appendingPathComponent("last.h5") }
  /// The state with the lowest loss on the held-out set.
  public var best: URL { folder.appendingPathComponent("best.h5") }

  /// Where the files hold the trained tensors.
  private var group: TensorGroup { contents.kind == .model ? .model : .adapter }

  /// Writes a state with the parameters as they are now.
  ///
  /// - Parameter frozen: tensors that belong to what is trained but stay as they are.
  /// - Throws: `UserError` of kind `output`; the files from before are then still there.
  public func save(
    _ kind: TrainingEvent.Checkpoint, _ parameters: [Parameter], frozen: [(name: String, value: Tensor)] = [],
    _ state: TrainingState
  ) throws {
    let target = kind == .last ? last : best
    let writer = try AttuneFileWriter(target, kind: .checkpoint, provenance: contents.provenance)
    try writer.write(contents)
    for parameter in parameters {
      try writer.write(parameter.name, parameter.variable.value, to: group)
      if let moments = state.optimizer.moments[parameter.name] { try writer.write(parameter.name, moments) }
    }
    for (name, value) in frozen { try writer.write(name, value, to: group) }
    for (name, value) in state.values { try writer.setState(name, value) }
    if kind == .last { try keepOlder() }
    try writer.finish()
    if kind == .last {
      lastStep = state.step
      removeOldest()
    }
  }

  /// Keeps `last.h5` under its step's name; the new file then takes its place in one move.
  private func keepOlder() throws {
    guard keep > 1, let step = lastStep else { return }
    let older = folder.appendingPathComponent("step-\(step).h5")
    try? FileManager.default.removeItem(at: older)
    // If somebody removed the file, there is nothing to keep.
    if link(last.path, older.path) == 0 || errno == ENOENT { return }
    // A file system without hard links: until the new file is in place, this is the only one.
    guard rename(last.path, older.path) == 0 else {
      throw UserError.output("\(older.path): cannot be written: \(systemError())")
    }
  }

  private func removeOldest() {
    for older in olderFiles.dropFirst(keep - 1) { try? FileManager.default.removeItem(at: older.url) }
  }

  /// `step-N.h5`, newest first.
  public var olderFiles: [(step: Int, url: URL)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.compactMap { name in
      guard name.hasPrefix("step-"), name.hasSuffix(".h5"), let step = Int(name.dropFirst(5).dropLast(3)) else {
        return nil
      }
      return (step, folder.appendingPathComponent(name))
    }.sorted { $0.step > $1.step }
  }

  /// Reads the newest state that is complete and undamaged into the parameters.
  ///
  /// - Parameters:
  ///   - accept: checks the recipe in a file, given the file's path, before anything else is read from it; what it throws
  ///     is thrown on.
  ///   - warn: receives a message for every file that cannot be used.
  /// - Returns: the state, or nil where the folder holds none.
  /// - Throws: `UserError` if there are states but none can be read.
  public func restore(
    _ parameters: [Parameter], beginning: TrainingState,
    accept: (_ recipe: String?, _ path: String) throws -> Void = { _, _ in }, warn: (String) -> Void
  ) throws -> TrainingState? {
    // A link to nowhere counts as well, and is reported.
    let isThere = (try? FileManager.default.attributesOfItem(atPath: last.path)) != nil
    var isEmpty = true
    for url in (isThere ? [last] : []) + olderFiles.map(\.url) {
      isEmpty = false
      let (file, recipe): (AttuneFile, String?)
      do {
        file = try AttuneFile(url)
        recipe = try file.text(.recipe)
      } catch let error as UserError {
        warn("\(error.message); the checkpoint is skipped")
        continue
      }
      try accept(recipe, url.path)
      do {
        let state = try read(file, parameters, beginning)
        if url == last { lastStep = state.step }
        return state
      } catch let error as UserError {
        warn("\(error.message); the checkpoint is skipped")
      }
    }
    if isEmpty { return nil }
    let hasBest = (try? AttuneFile(best)) != nil
    throw UserError.file(
      "\(folder.path): no checkpoint can be resumed from; start over with --overwrite"
        + (hasBest ? ". best.h5 is complete: copy it first if you want to keep it" : ""))
  }

  /// Reads the parameters alone: the best ones at the end of a run.
  public func readParameters(_ parameters: [Parameter], from url: URL) throws {
    let source = try AttuneFile(url).tensors(in: group)
    for parameter in parameters { try source.read(parameter.name, into: parameter.variable) }
  }

  private func read(_ file: AttuneFile, _ parameters: [Parameter], _ beginning: TrainingState) throws -> TrainingState {
    if let base = contents.provenance[ModelContents.baseDigest],
      let other = file.provenance[ModelContents.baseDigest], base != other
    {
      throw UserError.file(
        "\(file.path): belongs to another base: the model's weights have changed since it was written")
    }
    var state = beginning
    try state.restore(file.state, path: file.path)
    let values = file.tensors(in: group)
    for parameter in parameters {
      try values.read(parameter.name, into: parameter.variable)
      state.optimizer.moments[parameter.name] = try file.moments(
        of: parameter.name, parameter.variable.shape, state.optimizer.precision)
    }
    return state
  }
}
