import { describe, expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { analyse } from '../../../actors/question-answering/reading/question.ts'
import {
  inPassage,
  readingText,
  titlesTell,
} from '../../../actors/question-answering/reading/reading-text.ts'
import { statementsOf } from './statements-of.ts'

const WEIGHTS = { weight: () => 1, frequency: () => 1 }

/** What the trained reader is given of the only passage of a file. */
async function givenFor(question: string, file: string, text: string): Promise<string> {
  const parsed = await parse({ file, bytes: new TextEncoder().encode(text) })
  if ('reason' in parsed || parsed.passages[0] === undefined) throw new Error('no passage')
  return readingText(analyse(question, WEIGHTS), parsed.passages[0], true).context.replace(/ {3,}/gu, '…')
}

describe('a question is no answer: it stands above what answers it [G143]', () => {
  test.each([
    ['lines.txt', 'Q: Is it free?\nA: No, it is not.\n'],
    ['bold.md', '**Q: Is it free?**\nA: No, it is not.\n'],
    ['apart.md', 'Is it free?\n\nNo, it is not.\n'],
    ['alone.md', '**Is it free?**\n\nNo, it is not.\n'],
    ['summary.html', '<details><summary>Is it free?</summary>No, it is not.</details>'],
  ])('in %s', async (file, text) => {
    const found = await statementsOf(file, text)
    expect(found.map((one) => one.replace(/^.* › /u, '').replace(/^A: /u, ''))).toEqual(['No, it is not.'])
  })

  test('also at the end of a message or quoted in a mail', async () => {
    const thread = 'ann wrote:\nI like it. Is it free?\n\nben wrote:\nNo, it is not.\n'
    expect(await statementsOf('thread.txt', thread)).toEqual([
      'ann wrote: › I like it.',
      'Is it free? – ben wrote: › No, it is not.',
    ])
    const mail = 'From: ann@example.org\n\nBen asked:\n> Is it really\n> free?\n\nNo, it is not.\n'
    expect((await statementsOf('a.eml', mail)).at(-1)).toBe('Is it really free? › No, it is not.')
  })

  test('but one among other sentences of a paragraph is a statement', async () => {
    expect(await statementsOf('a.md', 'It rained. Who cared? Nobody did.\n')).toHaveLength(3)
  })
})

describe('statements keep what they belong to', () => {
  test('a footnote its sentence, lines under a bold line that line, an item its heading', async () => {
    const note = 'It lasts two years.[^1] It is red.\n\n[^1]: Three in Norway.\n'
    expect(await statementsOf('a.md', note)).toContain('It lasts two years. › Three in Norway.')
    const two = 'Bake it hot[^1] and let it rest.[^2]\n\n[^1]: 245 °C.\n[^2]: Two hours.\n'
    expect((await statementsOf('two.md', two)).slice(1)).toEqual([
      'Bake it hot › 245 °C.',
      'and let it rest. › Two hours.',
    ])
    const office = '# Offices\n\n**Lyon**\n8 rue Hugo\n69002 Lyon\n'
    expect(await statementsOf('b.md', office)).toEqual([
      'Lyon › 8 rue Hugo\n69002 Lyon',
      'Lyon › 8 rue Hugo',
      'Lyon › 69002 Lyon',
    ])
    const terms = 'Churn\n: The share that leaves.\n'
    expect(await statementsOf('terms.md', terms)).toEqual(['Churn: The share that leaves.'])
    expect(await statementsOf('terms.rst', '``--jobs N``\n    Parallel jobs.\n')).toEqual([
      '--jobs N: Parallel jobs.',
    ])
    expect(await statementsOf('law.md', '1. **Governing law.** Irish law applies. It is old.\n')).toEqual([
      '1. Governing law: Irish law applies. It is old.',
      'Governing law: Irish law applies.',
      'Governing law › It is old.',
    ])
    const lease = '6. UTILITIES. Tenant pays for gas. Landlord pays for water.\n'
    expect((await statementsOf('lease.txt', lease)).slice(1)).toEqual([
      'UTILITIES. Tenant pays for gas.',
      'UTILITIES › Landlord pays for water.',
    ])
    expect(await statementsOf('leave.md', '**Sick leave.** Call by nine. Bring a note.\n')).toEqual([
      'Sick leave: Call by nine.',
      'Sick leave › Bring a note.',
    ])
    const spans = '<div><span>Power</span><span>110 kW</span></div><p><b>S</b><b>eats</b></p>'
    expect(await statementsOf('spans.html', spans)).toEqual(['Power: 110 kW', 'Seats'])
    expect(await statementsOf('d.json', '{"login":{"maxAttempts":5}}')).toEqual([
      'max attempts › login · maxAttempts: 5',
    ])
    expect(await statementsOf('c.md', '# Log\n\n## 2.3 - May\n\n- Dark mode.\n')).toEqual([
      '2.3 - May › Dark mode.',
    ])
  })

  test('headings of plain text are none of its statements', async () => {
    const drug = '3. Side effects\nCommon: nausea\nRare: rash\n\n4. Storage\nStore below 25 degrees.\n'
    expect(await statementsOf('leaflet.txt', drug)).toEqual([
      '3. Side effects › Common: nausea\nRare: rash',
      '3. Side effects › Common: nausea',
      '3. Side effects › Rare: rash',
      'Store below 25 degrees.',
    ])
    const rules =
      'BYLAWS OF THE CLUB\n\nArticle 1. Seat\nThe seat is Linz.\n\nArticle 2. Members\n(1) Anyone may join.\n'
    expect(await statementsOf('bylaws.txt', rules)).toEqual(['The seat is Linz.', '(1) Anyone may join.'])
    const data = 'Technical data\n  Power ........ 750 W\n  Flow ......... 3 l\n'
    expect(await statementsOf('data.txt', data)).toContain('Technical data › Power: 750 W')
    const manual =
      'ZIP(1)        Commands        ZIP(1)\n\nNAME\n       zip - pack files\n\nEXIT STATUS\n       2      bad usage\n'
    expect(await statementsOf('zip.txt', manual)).toEqual([
      'NAME › zip - pack files',
      'EXIT STATUS › 2      bad usage',
    ])
    const options =
      'OPTIONS\n       -w SECONDS\n              Wait at most that long.\n\n       -k KEY Name of it.\n\nEXIT STATUS\n       0      Done.\n\n       3      It could not be had\n              in time.\n'
    expect((await statementsOf('lease.txt', options)).filter((one) => !/\n- /u.test(one))).toEqual([
      'OPTIONS › -w SECONDS:\nWait at most that long.',
      'OPTIONS › -k KEY: Name of it.',
      'EXIT STATUS › 0: Done.',
      'EXIT STATUS › 3: It could not be had\nin time.',
    ])
    const steps = 'Step 1. Shut the valve.\nStep 2. Open it.\n'
    expect(await statementsOf('steps.txt', steps)).toEqual(['Step 1. Shut the valve.', 'Step 2. Open it.'])
    const list = '1. Apples\n2. Pears from the\nnorth\n'
    expect(await statementsOf('list.txt', list)).toContain('Pears from the\nnorth')
    expect(await statementsOf('shout.txt', 'It says:\n\nKEEP OUT.\n\nNobody went in.\n')).toContain(
      'KEEP OUT.',
    )
  })

  test('a message of a chat is a line, and fields below each other are lines', async () => {
    const chat = '[09:04] raj: yes. the disk is full\n[09:05] ana: who can help?\n[09:07] raj: Olga can\n'
    expect(await statementsOf('chat.txt', chat)).toEqual(chat.trim().split('\n'))
    const people = '**Present:** M. Lowe (chair), D. Ito, S. Braun\n**Apologies:** R. Nunez\n'
    expect(await statementsOf('minutes.md', people)).toContain('Apologies: R. Nunez')
  })

  test('columns and dots that are drawn with spaces are tables and values', async () => {
    const rows = ['Room: Aspen · Seats: 14', 'Room: Birch · Seats: 6']
    expect(await statementsOf('a.txt', 'Room    Seats\nAspen   14\nBirch   6\n')).toEqual(rows)
    expect(await statementsOf('a.html', '<pre>\nRoom    Seats\nAspen   14\nBirch   6\n</pre>')).toEqual(rows)
    expect(await statementsOf('b.txt', 'Built ......... 1958\n')).toEqual(['Built: 1958'])
  })
})

describe('a reader is given a passage', () => {
  const PORTS = '| Port | First |\n|---|---|\n| Oban | 06:10 |\n| Mallaig | 07:00 |\n'

  test('without the rows that the question does not name, if it names others [G144]', async () => {
    expect(await givenFor('When is the first from Mallaig?', 'a.md', PORTS)).toBe(
      '…Port: Mallaig · First: 07:00',
    )
    expect(await givenFor('When is the first from Ulva?', 'a.md', PORTS)).toContain('06:10')
    const code = '| Feature | Since |\n|---|---|\n| `:is()` | 78 |\n| `:has()` | 121 |\n'
    expect(await givenFor('Since when is :has() there?', 'c.md', code)).not.toContain('78')
    const releases = '| Plugin | Engine |\n|---|---|\n| `>=9.x` | `^5.x` |\n| `>=6.x <9.x` | `^4.x` |\n'
    expect(await givenFor('Which plugin do I need for engine 4?', 'd.md', releases)).not.toContain('^5')
    const systems = '- Linux\n  - Run: apt install z\n- Windows\n  - Run: winget install z\n'
    expect(await givenFor('What to run on Windows?', 'b.md', systems)).not.toContain('apt')
  })

  test('without the lines and rows for other days, however the day is written [G144]', async () => {
    const hours = '**Hours**\n\nMon–Thu: 9:00–20:00\nFri: 9:00–17:00\nSun: closed\n'
    const given = async (question: string) => (await givenFor(question, 'a.md', hours)).replace(/\s+/gu, ' ')
    expect(await given('When is it open on Tuesday?')).toContain('Mon–Thu: 9:00–20:00')
    expect(await given('When is it open on Tuesday?')).not.toContain('Fri')
    expect(await given('When is it open on Friday?')).not.toContain('20:00')
    const table = '| Day | Open |\n|---|---|\n| Mon | 9 |\n| Sat | 10 |\n'
    expect(await givenFor('When is it open on Saturday?', 'b.md', table)).not.toContain('Mon')
  })

  test('without statements about another number, or lines that hold less of the question [G144]', async () => {
    const incidents = '# Log\n\nIncident 88 lasted 47 minutes. Before, incident 71 lasted 3 hours.\n'
    expect(await givenFor('How long did incident 88 last?', 'a.md', incidents)).not.toContain('71')
    const tasks = '- Write the load test (Boris)\n- Update the price list (Carla)\n'
    expect(await givenFor('Who updates the price list?', 'b.md', tasks)).not.toContain('Boris')
  })

  test('and what it finds in a question of it counts for the rest [G143]', async () => {
    const text = 'It rained. Who cared about it? Nobody did.'
    const parsed = await parse({ file: 'a.md', bytes: new TextEncoder().encode(text) })
    if ('reason' in parsed || parsed.passages[0] === undefined) throw new Error('no passage')
    const given = readingText(analyse('Who cared?', WEIGHTS), parsed.passages[0], true)
    const span = (words: string, score: number) => {
      const start = text.indexOf(words)
      return { text: words, start, end: start + words.length, score }
    }
    const found = { answer: 'Who', noAnswer: 0.2, spans: [span('Who', 0.6), span('Nobody', 0.2)] }
    expect(inPassage(found, given).spans).toEqual([{ ...span('Nobody', 0.2), score: expect.closeTo(0.8, 6) }])
  })

  test('below its headings, where the answer may stand, and the title, which says what it is about [G255]', async () => {
    const text = '# Log\n\n## 2.3 - May\n\n- Dark mode.\n'
    expect(await givenFor('Which version has dark mode?', 'a.md', text)).toBe('Log – 2.3 - May\n- Dark mode.')
    expect(await givenFor('When did he die?', 'b.md', '# Ada Lin\n\nShe died in 1904.\n')).toBe(
      'Ada Lin\nShe died in 1904.',
    )
    expect(await givenFor('When did he die?', 'b.md', '# Ada Lin\n\nAda Lin died in 1904.\n')).toBe(
      'Ada Lin died in 1904.',
    )
  })

  test('which tells nothing where all that is read has it [G255]', () => {
    const read = (...titles: string[]) => titles.map((title) => ({ passage: { title } }))
    expect(titlesTell(read('Ada Lin', 'Bo Lin'))).toBe(true)
    expect(titlesTell(read('Ada Lin', 'Ada Lin'))).toBe(false)
  })

  test('and what it finds in the title answers nothing [G255]', async () => {
    const text = '# Ada Lin\n\n## Early life\n\nShe met Bo.\n'
    const parsed = await parse({ file: 'a.md', bytes: new TextEncoder().encode(text) })
    if ('reason' in parsed || parsed.passages[0] === undefined) throw new Error('no passage')
    const given = readingText(analyse('What was it?', WEIGHTS), parsed.passages[0], true)
    const spans = ['Ada Lin', 'Early life', 'Bo'].map((words) => {
      const start = given.context.indexOf(words)
      return { text: words, start, end: start + words.length, score: 0.3 }
    })
    const kept = inPassage({ answer: 'Ada Lin', noAnswer: 0.1, spans }, given).spans
    expect(kept.map(({ text: words, start }) => [words, start])).toEqual([
      ['Early life', -'Early life\n'.length],
      ['Bo', 'She met '.length],
    ])
  })
})

describe('bullets below a numbered line, and what stands before the next number, belong to it [G310]', () => {
  const told = (all: readonly string[]) => all.filter((one) => !one.includes('\n'))

  test.each([
    ['rooms.md', '1. Kitchen\n- pot\n2. Bath\n- soap\n- towel\n'],
    ['rooms.txt', '1. Kitchen\n- pot\n2. Bath\n- soap\n- towel\n'],
    ['rooms.html', '<ol><li>Kitchen</ol><ul><li>pot</ul><ol start=2><li>Bath</ol><ul><li>soap<li>towel</ul>'],
  ])('%s', async (file, text) => {
    expect(told(await statementsOf(file, text))).toEqual(['Kitchen › pot', 'Bath › soap', 'Bath › towel'])
  })

  test('code between two steps', async () => {
    const text = '1. Install it:\n\n```\nnpm i it\n```\n\n2. Run it.\n\nThat is all.\n'
    expect(told(await statementsOf('steps.md', text))).toEqual([
      'Install it › npm i it',
      'Run it.',
      'That is all.',
    ])
  })

  test('not another list below several steps', async () => {
    const text = '<ol><li>Wash it.<li>Dry it.</ol><ul><li>Bring a cup.</ul>'
    expect(told(await statementsOf('rules.html', text))).toEqual(['Wash it.', 'Dry it.', 'Bring a cup.'])
  })

  test('not what another list begins, nor what follows the last step', async () => {
    const text = '1. Boil\n2. Stir\n\n- salt\n\nOr so:\n\n1. Fry\n'
    expect(told(await statementsOf('lists.md', text))).toEqual(['Boil', 'Stir', 'salt', 'Or so: › Fry'])
  })
})

test('a remark in code goes with the line below it, and a line with those that continue it [G375]', async () => {
  const shell =
    '```sh\n# from the dump of last night\npg_restore -d dev \\\n  /share/latest.dump\n\n# cannot be undone\ndropdb dev\nmake\n```\n'
  expect(await statementsOf('a.md', shell)).toEqual([
    '# from the dump of last night\npg_restore -d dev \\\n  /share/latest.dump',
    '# cannot be undone\ndropdb dev',
    'make',
  ])
  const code = '```js\nconst a = open() // a file\n#include <b>\n// nothing below it\n```\n'
  expect(await statementsOf('b.md', code)).toEqual([
    'const a = open() // a file',
    '#include <b>',
    '// nothing below it',
  ])
  const root = '```\n# apt update\n# apt install nginx\n# systemctl start nginx\n# reboot\nok\n```\n'
  expect((await statementsOf('c.md', root)).length).toBe(5)
  const settings = '```\n# port = 80\n# host = a\nname = b\n```\n'
  expect(await statementsOf('d.md', settings)).toEqual(['# port = 80', '# host = a', 'name = b'])
})

test('what the first sentence of an item names holds for its others [G378]', async () => {
  const options =
    '- `usePolling` (default: `false`). Files are read again and again. It is slow.\n- **Depth**: how far it goes. None by default.\n- max_age. In seconds.\n'
  expect(await statementsOf('options.md', options)).toEqual(
    expect.arrayContaining([
      'usePolling › It is slow.',
      'Depth › None by default.',
      'max_age › In seconds.',
      'usePolling (default: false).',
    ]),
  )
  const notes =
    '- It rained. We stayed.\n- We met at (or near) the lake in the north of the town. It froze.\n'
  expect(await statementsOf('notes.md', notes)).toEqual(expect.arrayContaining(['We stayed.', 'It froze.']))
})
