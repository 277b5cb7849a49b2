import { expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'

async function parsed(mailbox: string) {
  const found = await parse({ file: 'list.mbox', bytes: new TextEncoder().encode(mailbox) })
  if ('reason' in found) throw new Error(found.reason)
  return found
}

/** The statements of a mailbox, each with its line and the headings above it, without the heads of its mails. */
async function said(mailbox: string): Promise<string[]> {
  return (await parsed(mailbox)).passages.flatMap(({ trail, text, statements }) =>
    statements
      .filter(({ kind }) => kind === 'sentence')
      .map(({ start, end, line }) => `${trail.join(' › ')}, ${line}: ${text.slice(start, end)}`),
  )
}

const mail = (subject: string, body: string, type = 'text/plain') =>
  `From ann@x.org Mon Jun  2 10:00:00 2025\nFrom: Ann <ann@x.org>\nSubject: ${subject}\nContent-Type: ${type}\n\n${body}\n\n`

test('[G455] the messages of a mailbox are read one after the other, each below its subject', async () => {
  const mailbox = `${mail('Pump', 'It is blue.\n>From May on it is red.')}${mail('Hose', 'It is green.')}${mail('', 'It is on.')}`
  const expected = [
    'Pump, 6: It is blue.',
    'Pump, 7: From May on it is red.',
    'Hose, 14: It is green.',
    'Message 3, 21: It is on.',
  ]
  expect(await said(mailbox)).toEqual(expected)
  expect(await said(mailbox.replaceAll('\n', '\r\n'))).toEqual(expected)
  const { passages } = await parsed(mailbox)
  expect(passages.map(({ text }) => text.match(/Subject: .*/u)?.[0])).toEqual([
    'Subject: Pump',
    'Subject: Hose',
    undefined,
  ])
})

test('[G455] what begins as a message does within one is none', async () => {
  const mailbox = mail('Hours', 'From May 9:00 on it is open.\n\nFrom June 8:00 to 2025\n\nThe gate is shut.')
  expect(await said(mailbox)).toEqual([
    'Hours, 6: From May 9:00 on it is open.',
    'Hours, 8: From June 8:00 to 2025',
    'Hours, 10: The gate is shut.',
  ])
})

test('[G455] pages and texts stand beside each other, headings end with their message', async () => {
  const page = mail('Pump', '<h2>Oil</h2><p>It needs\noil.</p>', 'text/html')
  expect(await said(`${page}${mail('Hose', 'It is green.')}`)).toEqual([
    'Pump › Oil, 6: It needs oil.',
    'Hose, 14: It is green.',
  ])
})

test('[G455] what is attached to a message stands below its subject', async () => {
  const parts =
    '--b\n\nSee below.\n--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename="a.txt"\n\nIt is red.\n--b--'
  const { passages } = await parsed(mail('Pump', parts, 'multipart/mixed; boundary=b'))
  expect(passages.at(-1)).toMatchObject({ file: 'list.mbox', trail: ['Pump', 'a.txt'], text: 'It is red.' })
})

test('[G455] a mailbox of many small messages is read in time, and says what is not read', async () => {
  const found = await parsed('From a 1:00 2025\nTo: a\n\nHi.\n\n'.repeat(30_000))
  expect(found.aside).toBe('only the first 10000 of its 30000 messages are read')
}, 120_000)

test('[G455] a file without messages is no mailbox', async () => {
  const bytes = new TextEncoder().encode('From here it is far.\n')
  const reason = 'is not valid mbox: no message begins in it'
  expect(await parse({ file: 'list.mbox', bytes })).toEqual({ reason })
})
