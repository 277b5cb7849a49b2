import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFolder, type QuestionAnswering } from '../../actors/question-answering/open-folder.ts'
import { folderOf } from '../cli/cli.ts'

const FILES = {
  'plans.md':
    '# Plans\n\n| Plan | Seats | Price |\n|---|--:|--:|\n| Free | 1 | $0 |\n| Business | 50 | $20 |\n| Enterprise | 500 | $90 |\n',
  'kit.md':
    '# First aid\n\nThe kit holds:\n\n- plasters\n- two bandages\n- a pair of scissors\n\nPut everything back after use.\n',
  'options.md':
    '# Server\n\n### bodyLimit\n\n- Default: 1 MiB\n- The largest body that is taken.\n\n### maxParamLength\n\n- Default: 100\n- The longest parameter in a path.\n\n## Warranty conditions\n',
  'products.json': JSON.stringify({
    products: { toaster: { weight: '1.2 kg', watts: 900 }, kettle: { weight: '0.9 kg', watts: 2200 } },
  }),
  'fee.html':
    '<title>Membership</title><nav>Home</nav><h1>Membership</h1><p>The yearly fee is 25<sup>1</sup> euros.</p><dl><dt>Entry age<dd>16 years<dt>Notice period<dd>three months</dl>',
  'countries.csv': 'country,capital\nFrance,Paris\nPeru,Lima\nKenya,Nairobi\n',
  'history.md': '# History\n\n## 2.3 - May 2024\n\n- Dark mode.\n\n## 2.2 - March 2024\n\n- Export as PDF.\n',
  'thread.txt':
    'mara wrote:\nThere was a coin in it. Which way do I turn the lint filter to open it?\n\nplumber wrote:\nCounter-clockwise. Put a towel below first.\n',
  'cv.md':
    '# Lena Fischer\n\n## Experience\n\n### Head of Data, Alpina Insurance\n2021 – present\n\n### Senior Analyst, Kessler Bank\n2017 – 2021\n',
  'machines.json': JSON.stringify({
    machines: [
      { model: 'Kappa 3', cost: 1890, weight: '42 kg' },
      { model: 'Kappa 5', cost: 2640, weight: '55 kg' },
    ],
  }),
  'zpack.txt':
    'ZPACK(1)        User Commands        ZPACK(1)\n\nNAME\n       zpack - pack files into an archive\n\nEXIT STATUS\n       0      all files were packed\n       1      some files could not be read\n       2      the options were wrong\n',
  'config.yaml': 'database:\n  host: db.example\n  port: 5432\ncache:\n  host: cache.example\n  port: 6379\n',
}

let docs: string
let index: string
let team: QuestionAnswering

beforeAll(async () => {
  docs = await folderOf(FILES)
  index = await mkdtemp(join(tmpdir(), 'ganglion-index-'))
  team = await openFolder({ docs, indexDir: index })
}, 120_000)

afterAll(async () => {
  await team.stop()
  await rm(docs, { recursive: true })
  await rm(index, { recursive: true })
})

describe('what a folder says in tables, lists and records is answered', () => {
  test.each([
    ['How many seats does the Business plan have?', 'Plan: Business · Seats: 50 · Price: $20', 'plans.md'],
    ['What does the kit hold?', 'The kit holds:\n- plasters\n- two bandages\n- a pair of scissors', 'kit.md'],
    ['What is the weight of the toaster?', 'products · toaster · weight: 1.2 kg', 'products.json'],
    ['How many watts does the kettle have?', 'products · kettle · watts: 2200', 'products.json'],
    ['How much is the yearly fee?', 'The yearly fee is 25 euros.', 'fee.html'],
    ['How long is the notice period?', 'Notice period: three months', 'fee.html'],
    ['What is the capital of Peru?', 'country: Peru · capital: Lima', 'countries.csv'],
    ['What is the port of the cache?', 'cache · port: 6379', 'config.yaml'],
    ['What is the price of the Kappa 5?', 'machines · Kappa 5 · cost: 2640', 'machines.json'],
    ['Which way do I turn the lint filter?', 'Counter-clockwise.', 'thread.txt'],
    ['What does exit status 2 of zpack mean?', '2: the options were wrong', 'zpack.txt'],
  ])('%s', async (question, answer, file) => {
    const asked = await team.ask(question, { timeout: '60s' })
    expect({ answer: asked.answer, file: asked.sources[0]?.file }).toEqual({ answer, file })
    expect(asked.span).not.toContain(' · ')
  })

  test.each([
    ['What is the default of bodyLimit?', '1 MiB', 'bodyLimit'],
    ['What is the default of maxParamLength?', '100', 'maxParamLength'],
  ])('%s, by what it stands under', async (question, value, heading) => {
    const { answer, sources } = await team.ask(question, { timeout: '60s' })
    expect(answer).toContain(value)
    expect(sources[0]).toMatchObject({ file: 'options.md', headings: ['Server', heading] })
  })

  test('what is current is what has not ended', async () => {
    const asked = await team.ask("What is Lena Fischer's current job?", { timeout: '60s' })
    expect(asked.answer).toBe('Head of Data, Alpina Insurance: 2021 – present')
  })

  test('also if it stands in a heading: with what stands below [G145]', async () => {
    const asked = await team.ask('Which version added dark mode?', { timeout: '60s' })
    expect(asked.answer).toBe('2.3 - May 2024: Dark mode.')
    expect(asked.span).toContain('2.3')
  })

  test('and a heading alone is no answer', async () => {
    const { answer } = await team.ask('What are the warranty conditions?', { timeout: '60s' })
    expect(answer ?? '').not.toContain('Warranty')
  })
})

describe('nobody is sure of an answer [G168]', () => {
  const RECORDS = {
    'turbine.txt': 'Turbine 3 is inspected on 28 May. The crew meets at gate B.\n',
    'rooms.csv': 'room,chairs\nHeron,8\nKestrel,20\n',
    'mail.ini': '[mail]\nhost=smtp.inner.example\nport=2525\n',
    'samples.csv': 'sample,pH\nW-01,7.2\nW-03,7.9\n',
    'camp.md':
      '# Summer camp\n\n| Group | Age | Leader |\n|---|---|---|\n| Otters | 8 to 10 | Nina Holt |\n| Badgers | 11 to 13 | Karim Saleh |\n\nA doctor visits the camp every second day.\n',
    'owls.txt': 'Barn owls hunt at dusk. They nest in church towers.\n',
    'lease.txt': 'PETS. One cat is allowed. Dogs need the consent of the landlord.\n',
    'bread.md': '# Rye bread\n\n- 500 g rye flour\n- 380 ml water\n- 12 g salt\n',
    'errors.md':
      '# Errors\n\nThe call `track` raises BeaconAuthError and BeaconQuotaError.\n\n- `BeaconAuthError`: the token is wrong or has expired.\n- `BeaconTypeError`: a property is no plain value.\n',
    'pump.log':
      '2026-02-03T09:00:00Z pump started by rule dry-soil\n2026-02-03T09:07:30Z pump stopped after 450 s, 31 litres\n',
    'lakes.txt': 'Lake Ardal is 41 metres deep. It freezes in January.\n\nLake Binnen is used for sailing.\n',
    'office.yaml': 'copier:\n  paper: A4\nscanner:\n  resolution: 600 dpi\n',
    'books.json': '{ "books": [{ "title": "Salt Roads", "author": "Nadia Frey", "pages": 312 }] }\n',
  }
  let own: string
  let one: QuestionAnswering
  beforeAll(async () => {
    own = await folderOf(RECORDS)
    one = await openFolder({ docs: own, indexDir: index })
  })
  afterAll(async () => {
    await one.stop()
    await rm(own, { recursive: true })
  })

  test.each([
    ['about another number', 'Where does the crew of turbine 5 meet?'],
    ['about another number of letters and digits', 'What is the pH of sample W-07?'],
    ['about a name that the folder lacks', 'How many chairs are in the room Falcon?'],
    ['that is a field with another name', 'What is the password of the mail host?'],
    ['that is a field of which something else is asked', 'Who published Salt Roads?'],
    ['that is an item with another name', 'What does BeaconQuotaError mean?'],
    ['that is a line about something else', 'Which rule stopped the pump?'],
    ['that is another item', 'How much sugar is in the rye bread?'],
    ['without the number that is asked for', 'How long do barn owls live?'],
    ['about another name of the same kind', 'How deep is Lake Binnen?'],
    ['that is a field of another record', 'What is the resolution of the copier?'],
    ['whether something is so that it does not name', 'Are ferrets allowed by the lease?'],
  ])('%s', async (_, question) => {
    const { sure, answer } = await one.ask(question, { timeout: '60s' })
    expect({ question, sure: answer !== null && sure }).toEqual({ question, sure: false })
  })

  test('unless it is about what was asked', async () => {
    for (const question of [
      'When is turbine 3 inspected?',
      'What is the pH of sample W-03?',
      'How many chairs are in Kestrel?',
      'How many pages does Salt Roads have?',
      'How much salt is in the rye bread?',
      'When do barn owls hunt?',
      'Who leads the Badgers?',
      'How often does a doctor visit the camp?',
      'What does BeaconAuthError mean?',
      'Which rule started the pump?',
      'Do dogs need the consent of the landlord?',
    ])
      expect(await one.ask(question, { timeout: '60s' })).toMatchObject({ sure: true })
  })
})

describe('a folder of one passage', () => {
  const PLACES = [
    ['museum.md', 'The museum opens at nine. Entry costs 300 crowns. It is closed on Mondays.\n'],
    ['музей.md', 'Музей открыт с девяти. Вход стоит 300 рублей. По понедельникам он закрыт.\n'],
    ['संग्रहालय.md', 'संग्रहालय नौ बजे खुलता है। प्रवेश 300 रुपये का है। सोमवार को बंद रहता है।\n'],
    ['μουσείο.md', 'Πότε ανοίγει το μουσείο; Ανοίγει στις εννέα. Η είσοδος κοστίζει 300 δραχμές.\n'],
    ['พิพิธภัณฑ์.md', 'พิพิธภัณฑ์เปิดเวลาเก้าโมงเช้า ค่าเข้าชมสำหรับผู้ใหญ่ 300 บาท ปิดทำการทุกวันจันทร์\n'],
    ['museum.ar.md', 'المتحف مفتوح من التاسعة. الدخول بثلاثمائة دينار. يغلق يوم الاثنين.\n'],
  ] as const
  const asked = async (file: string, text: string, questions: readonly string[]) => {
    const own = await folderOf({ [file]: text })
    const one = await openFolder({ docs: own, indexDir: index })
    const answers: (string | null)[] = []
    for (const question of questions) answers.push((await one.ask(question, { timeout: '60s' })).answer)
    await one.stop()
    await rm(own, { recursive: true })
    return answers
  }

  test('does not answer everything', async () => {
    const [file, text] = PLACES[0]
    const questions = [
      'Who painted the Mona Lisa?',
      'What is the boiling point of ethanol?',
      'How do I reset my password?',
    ]
    expect(await asked(file, text, questions)).toEqual([null, null, null])
    expect(await asked(file, text, ['How much does entry cost?'])).toEqual(['Entry costs 300 crowns.'])
  })

  test('in a language that nothing was fitted for gives one of its sentences, or none', async () => {
    const questions = [
      'Сколько стоит вход?',
      'प्रवेश कितने का है?',
      'متى يغلق المتحف؟',
      'Πόσο κοστίζει η είσοδος;',
      'ค่าเข้าชมสำหรับผู้ใหญ่เท่าไร',
    ]
    for (const [file, text] of PLACES.slice(1)) {
      // A question is none of the answers.
      const sentences = text.trim().split(/(?<=[.।])\s|[^.]*;\s|(?<=[\u0e00-\u0e7f])\s(?=[\u0e00-\u0e7f])/u)
      for (const answer of await asked(file, text, questions)) expect([null, ...sentences]).toContain(answer)
    }
  })
})
