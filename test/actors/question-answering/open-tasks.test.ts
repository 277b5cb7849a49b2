import { expect, it } from 'vitest'
import { byOpenTask } from '../../../actors/question-answering/answering/open-tasks.ts'
import { firstBy } from './voted.ts'

const TASKS =
  '# Jobs\n\n## Fair\n\n- [x] Hang the banners\n- [x] Test the lights\n\n## Gala\n\n- [ ] Order the buffet\n- [x] Rent the tent\n'

/** What answers, where the vote has one task first and the others further and further behind. */
const first = (asked: string, apart = 1) =>
  firstBy(byOpenTask, 'jobs.md', TASKS, asked, (own, kind) =>
    kind === 'list' ? -9 : own.startsWith('Hang') ? 0 : own.startsWith('Order') ? -apart : -apart / 2,
  )

it('asked for open tasks, one that is open goes before those that are done [G432]', async () => {
  expect(await first('What is still left to do?')).toBe('Order the buffet (open)')
  expect(await first('What is still left to do?', 5)).toBe('Order the buffet (open)')
})

it.each([
  'What was hung?',
  'Are the banners still to be hung?',
  'What is done already, and what is left to do?',
  'What is left to do for the fair?',
])('not where %s [G432]', async (asked) => {
  expect(await first(asked)).toContain('Hang the banners')
})
