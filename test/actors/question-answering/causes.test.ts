import { describe, expect, it } from 'vitest'
import { byCause } from '../../../actors/question-answering/answering/causes.ts'
import { firstBy } from './voted.ts'

const LOG = `2024-10-07 23:00:01 INFO backup: job started
2024-10-07 23:04:48 WARN backup: /home/tmp skipped, permission denied
2024-10-07 23:41:19 INFO backup: job finished, 212 GB
2024-10-08 23:00:02 INFO backup: job started
2024-10-08 23:22:30 ERROR backup: write /mnt/nas: no space left
2024-10-08 23:22:31 INFO backup: job failed with code 28
2024-10-09 23:00:01 INFO backup: job started
`

/** What answers, where the vote has one line first and the others so many log-odds behind. */
const first = (asked: string, winner: string, apart = 1) =>
  firstBy(byCause, 'backup.log', LOG, asked, (own) => (own.includes(winner) ? 0 : -apart))

describe('asked why, the error above the line that tells of a failure answers [G465]', () => {
  it('in a log', async () => {
    expect(await first('Why did the backup fail on Tuesday?', 'job failed')).toContain('no space left')
  })

  it('also below the line, where a trace ends with it', async () => {
    const traced = `2025-04-02 01:07:31 WARN backup: slow disk
2025-04-02 01:09:12 ERROR backup: job failed
Traceback (most recent call last):
  File "/opt/bk/run.py", line 88, in main
OSError: [Errno 28] No space left on device
2025-04-02 02:00:09 ERROR report: mail server refused the sender
`
    const told = (asked: string) =>
      firstBy(byCause, 'a.log', traced, asked, (own) => (own.includes('slow disk') ? 0 : -1))
    expect(await told('What was the reason for the crash of the backup?')).toContain('No space left')
    expect(await told('What was the reason for the late report?')).toContain('slow disk')
  })

  it.each([
    ['something else is asked', 'When did the backup fail?', 'job failed', 1],
    ['the winner tells of no failure', 'Why is there a second start?', '10-08 23:00:02', 1],
    ['the winner is an error itself', 'Why did the backup fail?', 'no space left', 1],
    ['it is far behind', 'Why did the backup fail?', 'job failed', 5],
  ])('not where %s', async (_, asked, winner, apart) => {
    expect(await first(asked, winner, apart)).toContain(winner)
  })

  it('but not where the line itself has its reason', async () => {
    const ferry = `2025-11-03 11:20:19 WARN sailing=11:30 status=delayed reason="engine warm-up"
2025-11-03 13:51:08 WARN sailing=14:15 status=cancelled reason="heavy swell"
`
    const told = await firstBy(byCause, 'ferry.log', ferry, 'Why was the last sailing called off?', (own) =>
      own.includes('swell') ? 0 : -1,
    )
    expect(told).toContain('heavy swell')
  })

  it('and an unknown reason is none', async () => {
    const backup = `2024-10-08 23:22:30 ERROR backup: disk is full
2024-10-08 23:22:31 INFO backup failed for an unknown reason
`
    const told = await firstBy(byCause, 'backup.log', backup, 'Why did the backup fail?', (own) =>
      own.includes('unknown') ? 0 : -1,
    )
    expect(told).toContain('disk is full')
  })

  it('of a report what stands below its cause answers', async () => {
    const report =
      '## Summary\n\nOn 14 March nobody could order.\n\n## Root cause\n\nThe certificate had expired.\n\n## Actions\n\nRenew it.\n'
    const told = (asked: string) =>
      firstBy(byCause, 'report.md', report, asked, (own) =>
        own.startsWith('On 14') ? 0 : own.startsWith('Renew') ? -1 : -6,
      )
    expect(await told('Why could nobody order on 14 March?')).toContain('expired')
    expect(await told('When could nobody order?')).toContain('14 March')
  })
})
