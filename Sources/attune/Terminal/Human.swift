import Reports

/// Numbers formatted for people, the same in the terminal and in reports.
package typealias Human = Reports.Human
