import Reports

/// Numbers as people read them, the same in the terminal and in reports.
package typealias Human = Reports.Human
