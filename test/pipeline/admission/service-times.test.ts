import { expect, test } from 'vitest'
import { ManualKernel } from '../../../src/kernel/manual-kernel.ts'
import { ServiceTimes } from '../../../src/pipeline/admission/service-times.ts'

test.each([1, 8])(
  'there is time for a run exactly where the longest that is expected fits, in a plan of width %i [G56]',
  (runs) => {
    const draw = new ManualKernel({ seed: 3 }).random.stream('runs')
    const times = new ServiceTimes({ runs })
    expect(times.within(0, 1)).toBe(true)
    const told = { yes: 0, no: 0 }
    for (let run = 0; run < 2000; run++) {
      // Phases with other speeds, widths and spreads.
      const phase = Math.floor(run / 250)
      const company = 1 + Math.floor(draw.next() * 2 ** (phase % 6))
      const meanCompany = company * (1 + (phase % 3) * draw.next())
      const ms = 5 + (phase % 4) * company * draw.next() + 20 * draw.next() ** 8
      times.add({ begunAt: 0, company, meanCompany }, ms, draw.next() > 0.05, company)
      for (const asked of [1, company, company + 1, 3 * company]) {
        const most = times.atMost(asked)
        for (const share of [0.5, 0.98, 1, 1.02, 1.5, 4]) {
          const fits = times.within(most * share, asked)
          if (fits !== most <= most * share) expect.fail(`${asked} at once: ${most * share} of ${most} ms`)
          told[fits ? 'yes' : 'no'] += 1
        }
      }
    }
    expect(Math.min(told.yes, told.no)).toBeGreaterThan(1000)
  },
)
