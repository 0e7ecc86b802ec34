import Foundation
import Optimization
import Testing

@Suite("Schedules")
struct ScheduleTests {
  @Test("Warm-up climbs in equal steps and reaches the peak at its last one")
  func warmUp() {
    for decay in Schedule.Decay.allCases {
      let schedule = Schedule(decay, peak: 0.4, warmupSteps: 4, totalSteps: 10)
      for step in 1...4 { #expect(abs(schedule.learningRate(step: step) - 0.1 * Double(step)) < 1e-15) }
    }
  }

  @Test("Cosine: half way down in the middle, the final fraction at the last step")
  func cosine() {
    let schedule = Schedule(.cosine, peak: 1, warmupSteps: 10, totalSteps: 110, finalFraction: 0.2)
    #expect(abs(schedule.learningRate(step: 60) - 0.6) < 1e-12)
    #expect(abs(schedule.learningRate(step: 35) - (0.2 + 0.8 * (1 + cos(.pi / 4)) / 2)) < 1e-12)
    #expect(abs(schedule.learningRate(step: 110) - 0.2) < 1e-12)
  }

  @Test("Linear: a straight line from the peak to the final fraction")
  func linear() {
    let schedule = Schedule(.linear, peak: 1, warmupSteps: 10, totalSteps: 110, finalFraction: 0)
    #expect(abs(schedule.learningRate(step: 35) - 0.75) < 1e-12)
    #expect(abs(schedule.learningRate(step: 110)) < 1e-12)
  }

  @Test("Constant stays at the peak, whatever the final fraction")
  func constant() {
    let schedule = Schedule(.constant, peak: 0.3, totalSteps: 5, finalFraction: 0)
    #expect((1...5).allSatisfy { schedule.learningRate(step: $0) == 0.3 })
  }

  @Test("A warm-up as long as the run or longer just climbs", arguments: [10, 40])
  func longWarmUp(warmupSteps: Int) {
    let schedule = Schedule(.cosine, peak: 1, warmupSteps: warmupSteps, totalSteps: 10)
    for step in 1...10 {
      #expect(abs(schedule.learningRate(step: step) - Double(step) / Double(warmupSteps)) < 1e-15)
    }
  }

  @Test("A warm-up as a fraction of the steps is rounded up")
  func fraction() {
    #expect(Schedule(.cosine, peak: 1, warmupFraction: 0.03, totalSteps: 50).warmupSteps == 2)
    #expect(Schedule(.cosine, peak: 1, warmupFraction: 0.07, totalSteps: 100).warmupSteps == 7)
    #expect(Schedule(.cosine, peak: 1, warmupFraction: 0, totalSteps: 100).warmupSteps == 0)
  }
}
