import { expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { minimalPdf } from './minimal-pdf.ts'
import { linesOf } from './statements-of.ts'

interface File {
  readonly name?: string
  readonly type?: string
  readonly content: string | Uint8Array
}

const NO_NAME = 'application/octet-stream'

/** A mail with these files, and without a text of its own. */
function mailWith(files: readonly File[]): string {
  const parts = files.map(({ name, type = NO_NAME, content }) => {
    const disposition = name === undefined ? 'attachment' : `attachment; filename="${name}"`
    const base64 = Buffer.from(content).toString('base64').replace(/.{76}/gu, '$&\n')
    return `--zz\nContent-Type: ${type}\nContent-Disposition: ${disposition}\nContent-Transfer-Encoding: base64\n\n${base64}\n`
  })
  return `Subject: Meter\nContent-Type: multipart/mixed; boundary=zz\n\n--zz\n\nSee below.\n${parts.join('')}--zz--\n`
}

async function parsed(mail: string) {
  const found = await parse({ file: 'meter.eml', bytes: new TextEncoder().encode(mail) })
  if ('reason' in found) throw new Error(found.reason)
  return found
}

/** The statements of what is attached, each with its line and the names above it. */
async function attached(...files: readonly File[]): Promise<string[]> {
  const { passages } = await parsed(mailWith(files))
  return passages.flatMap(({ attached: own, trail, text, statements, title }) =>
    own !== true
      ? []
      : statements
          .filter(({ kind }) => kind !== 'list')
          .map(
            ({ start, end, line }) => `${[title, ...trail].join(' › ')}, ${line}: ${text.slice(start, end)}`,
          ),
  )
}

test.each<[string, File, string]>([
  ['a text', { name: 'record.txt', content: '\nThe pump is blue.' }, 'record.txt, 2: The pump is blue.'],
  ['a table', { name: 'rooms.csv', content: 'Room,Seats\nA1,30\n' }, 'rooms.csv, 2: Room: A1 · Seats: 30'],
  [
    'a page with a title',
    { name: 'p.html', content: '<title>Pumps</title><h2>Oil</h2><p>It needs oil.</p>' },
    'p.html › Pumps › Oil, 1: It needs oil.',
  ],
  [
    'Markdown',
    { name: 'p.md', content: '# Pumps\n\n## Oil\n\nIt needs oil.' },
    'p.md › Pumps › Oil, 5: It needs oil.',
  ],
  [
    'a PDF',
    { name: 'a.pdf', content: minimalPdf([[[50, 700, 'It needs oil.']]]) },
    'a.pdf, 1: It needs oil.',
  ],
  [
    'a text by its type',
    { type: 'text/plain', content: 'It needs oil.' },
    'attachment.txt, 1: It needs oil.',
  ],
  [
    'a table by its type',
    { name: 'list', type: 'text/csv', content: 'Room,Seats\nA1,30\n' },
    'list.csv, 2: Room: A1 · Seats: 30',
  ],
  [
    'a text called by a number',
    { name: 'Offer No. 12', type: 'text/plain', content: 'It needs oil.' },
    'Offer No. 12.txt, 1: It needs oil.',
  ],
  [
    'a text called by a version',
    { name: 'plan v1.2', type: 'text/plain', content: 'It needs oil.' },
    'plan v1.2.txt, 1: It needs oil.',
  ],
])('[G453] %s attached to a mail is read below its name', async (_, file, expected) => {
  expect(await attached(file)).toEqual([`Meter › ${expected}`])
})

test('[G453] what is attached to an attached mail stands below its subject', async () => {
  const inner = mailWith([{ name: 'record.txt', content: 'The pump is blue.' }]).replace('Meter', 'Pumps')
  const expected = ['Meter › Pumps › record.txt, 1: The pump is blue.']
  expect(await attached({ type: 'message/rfc822', content: inner })).toEqual(expected)
  expect(await attached({ name: 'fwd.eml', content: inner })).toEqual(expected)
})

test('[G453] so does what an attached mailbox brings', async () => {
  const inner = mailWith([{ name: 'record.txt', content: 'The pump is blue.' }]).replace('Meter', 'Pumps')
  const box = `From ann@x.org Mon Jun  2 10:00:00 2025\n${inner}`
  expect((await attached({ name: 'old.mbox', content: box })).at(-1)).toBe(
    'Meter › old.mbox › Pumps › record.txt, 1: The pump is blue.',
  )
})

test('[G453] mails attached too deep are told in a notice', async () => {
  let mail = mailWith([])
  for (let i = 0; i < 7; i += 1) mail = mailWith([{ type: 'message/rfc822', content: mail }])
  expect((await parsed(mail)).aside).toBe('1 mail attached to mails more than 5 deep is not read')
})

test('[G453] a page, a table and a text beside each other are read by their own rules', async () => {
  const page = { name: 'a.html', content: '<p>It runs\nall day.</p>' }
  const lines = { name: 'b.txt', content: 'Pump: blue\nHose: red\n' }
  expect(await attached(page, lines)).toEqual([
    'Meter › a.html, 1: It runs all day.',
    'Meter › b.txt, 1: Pump: blue',
    'Meter › b.txt, 2: Hose: red',
  ])
})

test('[G453] what has no known format, or is broken, leaves the mail as it is', async () => {
  const picture = { name: 'a.png', type: 'image/png', content: 'The pump is blue.' }
  const program = { name: 'a.py', type: 'text/x-python', content: 'The pump is blue.' }
  const script = { name: 'a.sh', type: 'text/plain', content: 'The pump is blue.' }
  const broken = { name: 'b.pdf', content: 'no PDF' }
  expect(await attached(picture, program, script, broken)).toEqual([])
  const mail = mailWith([picture, program, broken])
  expect(await linesOf('meter.eml', mail)).toEqual([
    'Subject: Meter',
    'Attachments: a.png, a.py, b.pdf',
    'See below.',
  ])
  expect((await parsed(mail)).aside).toMatch(/^its attachment b\.pdf can't be read as pdf \([^;]+\)$/u)
})

test('[G453] of many attachments the first 100 are read', async () => {
  const files = Array.from({ length: 120 }, (_, i) => ({ name: `${i}.txt`, content: `Pump ${i} is blue.` }))
  expect(await attached(...files)).toHaveLength(100)
  expect((await parsed(mailWith(files))).aside).toBe('only the first 100 of its 120 attachments are read')
})

test('[G453] a mail that takes too long to read is read without what is attached', async () => {
  const bytes = new TextEncoder().encode(mailWith([{ name: 'a.txt', content: 'The pump is blue.' }]))
  const found = await parse({ file: 'meter.eml', bytes, plain: true })
  expect(JSON.stringify(found)).not.toContain('blue')
  expect(found).toMatchObject({ aside: 'its attachments take too long to read' })
})
