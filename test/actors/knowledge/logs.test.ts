import { describe, expect, test } from 'vitest'
import { partsOf } from './statements-of.ts'

const JOBS = [
  '2026-03-01 02:03:41,771 INFO [invoices] 12 selected',
  '2026-03-01 02:04:12,090 ERROR [invoices] job failed',
  'com.acme.RenderException: could not write',
  '    at com.acme.PdfWriter.write(PdfWriter.java:203)',
  'Caused by: java.io.IOException: Disk quota exceeded',
  '2026-03-01 03:00:00,001 INFO [cleanup] started',
]

describe('the lines below an entry of a log belong to it [G396]', () => {
  test.each(['jobs.log', 'jobs.txt'])('a trace, in %s', async (file) => {
    expect(await partsOf(file, JOBS.join('\n'))).toEqual([
      JOBS[0],
      JOBS[1],
      `${JOBS[1]} › ${JOBS[2]}`,
      `${JOBS[1]} › ${JOBS[3]?.trim()}`,
      `${JOBS[1]} › ${JOBS[4]}`,
      JOBS[5],
    ])
  })

  test.each([
    ['Mar  1 02:05:00 web1 backup[9]: failed', 'OSError: [Errno 28] No space left on device'],
    ['ERROR 2026-03-01 02:04:12 pool exhausted', '  active=20 idle=0'],
    ['[01/Mar/2026:02:04:12 +0000] query failed', '\tFROM bookings'],
    ['Starting build', '  step 2 failed: no space left'],
  ])('below %s', async (entry, line) => {
    expect(await partsOf('a.log', `${entry}\n${line}\n`)).toEqual([entry, `${entry} › ${line.trim()}`])
  })

  test('the lines of a message belong to who wrote it', async () => {
    const first = '12/06/2024, 09:14 - Ann: Shopping for Saturday:'
    const others = [
      '12/06/2024, 09:20 - Bo: I bring the grill',
      '12/06/2024, 10:02 - Cy: Parking is at the mill',
    ]
    expect(await partsOf('chat.txt', [first, 'charcoal', ...others].join('\n'))).toEqual([
      first,
      `${first} › charcoal`,
      ...others,
    ])
  })

  test('but the cause below many frames does, and a long dump does not', async () => {
    const frames = Array.from({ length: 60 }, (_, i) => `    at com.acme.Job.run(Job.java:${i})`)
    const dump = Array.from({ length: 60 }, (_, i) => `    value ${i}`)
    const cause = 'Caused by: Disk quota exceeded'
    expect(await partsOf('a.log', [JOBS[1], ...frames, cause].join('\n'))).toContain(`${JOBS[1]} › ${cause}`)
    expect(await partsOf('a.log', [JOBS[1], ...dump].join('\n'))).toContain('value 50')
  })
})

test('what somebody wrote down at a time is prose, not a log [G396]', async () => {
  const diary =
    '2024-03-01 10:00 Visit to the dentist, who said that the upper left tooth\nhas to come out before the summer.\n\n2024-03-08 10:00 Second visit. All is fine.\n\n2024-03-09 08:00 No pain.\n'
  expect(await partsOf('diary.txt', diary)).toContain(
    '2024-03-01 10:00 Visit to the dentist, who said that the upper left tooth\nhas to come out before the summer.',
  )
})

test('lines without a time that stand by themselves in a log belong to no entry [G396]', async () => {
  const lines = ['2026-03-01 02:04:12 started', 'Listening on 8080', 'Cache is warm', 'Ready']
  expect(await partsOf('a.log', lines.join('\n'))).toEqual(lines)
})
