import Foundation

/// What the last system call said, as text.
package func systemError(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }

/// What the system said where Foundation failed: `No space left on device`; else Foundation's own words.
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
