import Foundation

/// The system's text for an error code, by default that of the system call that has just failed.
package func systemError(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }

/// The system error beneath an error of Foundation's (`No space left on device`), or Foundation's own description if
/// there is none.
package func systemReason(_ error: any Error) -> String {
  var next: (any Error)? = error
  while let current = next {
    if let code = (current as? POSIXError)?.code { return systemError(code.rawValue) }
    let described = current as NSError
    if described.domain == NSPOSIXErrorDomain, let code = Int32(exactly: described.code) { return systemError(code) }
    next = described.userInfo[NSUnderlyingErrorKey] as? any Error
  }
  return error.localizedDescription
}
