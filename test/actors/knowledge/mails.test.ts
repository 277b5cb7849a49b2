import { expect, test } from 'vitest'
import { readMail } from '../../../actors/knowledge/documents/formats/mail.ts'
import { statementsOf } from './statements-of.ts'

/** The statements of the body of a mail, without those that hold several others and without the fields of heads. */
async function said(body: string, type = 'text/plain'): Promise<string[]> {
  const mail = `From: ann@x.org\nSubject: Re: Server\nContent-Type: ${type}; charset=utf-8\n\n${body}`
  const all = (await statementsOf('a.eml', mail)).filter((one) => !one.includes('\n'))
  return all.filter((one) => !HEAD.test(one.replace(/^.* › /u, '')))
}

const HEAD = /^(?:From|To|Subject|Von|An|Betreff|Gesendet|Sent|Date): /u
const OLD = 'The server is in room 1.'

test.each([
  [
    'Outlook',
    '-----Original Message-----\nFrom: Tom Hill <tom@x.org>\nSent: Monday, March 4, 2024 9:12 AM\nTo: Ann\nSubject: Server\n\n',
    'From: Tom Hill · Sent: Monday, March 4, 2024 9:12 AM:',
  ],
  [
    'Outlook, with a rule',
    '________________________________\nFrom: Tom Hill\nSent: Monday, March 4, 2024 9:12 AM\n\n',
    'From: Tom Hill · Sent: Monday, March 4, 2024 9:12 AM:',
  ],
  [
    'Outlook in German',
    'Von: Tom Hill\nGesendet: Montag, 4. März 2024 09:12\nAn: Ann\nBetreff: Server\n\n',
    'Von: Tom Hill · Gesendet: Montag, 4. März 2024 09:12:',
  ],
  [
    'Gmail',
    '---------- Forwarded message ---------\nFrom: Tom Hill <tom@x.org>\nDate: Mon, Mar 4, 2024 at 5:00 PM\nSubject: Server\nTo: <ann@x.org>\n\n',
    'From: Tom Hill · Date: Mon, Mar 4, 2024 at 5:00 PM:',
  ],
  [
    'Thunderbird',
    '-------- Forwarded Message --------\nSubject: \tServer\nDate: \tMon, 4 Mar 2024 09:12:00 +0100\nFrom: \tTom Hill <tom@x.org>\n\n\n',
    'From: Tom Hill · Date: Mon, 4 Mar 2024 09:12:00 +0100:',
  ],
  [
    'Apple',
    'Begin forwarded message:\n\nFrom: Tom Hill <tom@x.org>\nSubject: Server\nDate: March 4, 2024\n\n',
    'From: Tom Hill · Date: March 4, 2024:',
  ],
])('an older mail of %s below a reply is told under its sender and date [G319]', async (_, head, under) => {
  expect(await said(`It is in room 3.\n\n${head}${OLD}\nAsk Max.\n`)).toEqual([
    'It is in room 3.',
    `${under} › ${OLD}`,
    `${under} › Ask Max.`,
  ])
})

test('so are those of a page, and several below each other [G319]', async () => {
  const page = (head: string) => `<div><p>It is in room 3.</p>${head}<p>${OLD}</p></div>`
  const border =
    '<div style="border-top:solid"><p><b>From:</b> Tom Hill &lt;tom@x.org&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Ann</p></div>'
  const table =
    '<div>-------- Forwarded Message --------<table><tr><th>Subject: </th><td>Rooms</td></tr><tr><th>Date: </th><td>Monday</td></tr><tr><th>From: </th><td>Tom Hill &lt;tom@x.org&gt;</td></tr></table></div>'
  expect(await said(page(border), 'text/html')).toEqual([
    'It is in room 3.',
    `From: Tom Hill · Sent: Monday: › ${OLD}`,
  ])
  expect(await said(page(table), 'text/html')).toEqual([
    'It is in room 3.',
    `From: Tom Hill · Date: Monday: › ${OLD}`,
  ])
  const heads =
    'From: Tom\nSent: Monday\n\nIs it on floor 2?\n\nFrom: Ann\nSent: Sunday\n\nIt was on floor 1.\n'
  expect(await said(`No.\n\n${heads}`)).toEqual([
    'No.',
    'From: Tom · Sent: Monday: › Is it on floor 2?',
    'From: Ann · Sent: Sunday: › It was on floor 1.',
  ])
})

test('but no trip, and no list of what is from whom [G319]', async () => {
  const trip = 'From: Berlin\nTo: Rome\nDate: 4 March\n\nThe hotel is Lux.\n'
  expect((await said(trip)).at(-1)).toBe('The hotel is Lux.')
  const gifts = 'Gifts\n-----\nFrom: Tom\nTo: Ann\n\nThey are in the hall.\n'
  expect((await said(gifts)).at(-1)).toBe('They are in the hall.')
  expect((await said('From: the board\n\nThe hall is closed.\n')).at(-1)).toBe('The hall is closed.')
})

test('an attached mail is told with its fields, under its sender and date [G319]', async () => {
  const mail =
    'From: a@x.org\nSubject: Fw: x\nContent-Type: multipart/mixed; boundary=zz\n\n--zz\nContent-Type: text/plain\n\nSee below.\n--zz\nContent-Type: message/rfc822\n\nFrom: Carla <carla@x.org>\nSubject: Price change\nDate: Tue, 5 Mar 2024 14:30:00 +0100\n\nThe price rises to $15.\n--zz--\n'
  const under = 'From: Carla · Date: Tue, 5 Mar 2024 14:30:00 +0100: ›'
  expect((await statementsOf('a.eml', mail)).filter((one) => !one.includes('\n'))).toEqual([
    'From: a@x.org',
    'Subject: Fw: x',
    'See below.',
    `${under} From: Carla <carla@x.org>`,
    `${under} Subject: Price change`,
    `${under} Date: Tue, 5 Mar 2024 14:30:00 +0100`,
    `${under} The price rises to $15.`,
  ])
})

test('the page of a mail is read where its text is a hint or has the cells of a table below each other [G320]', async () => {
  const both = (text: string, page: string) =>
    said(
      `--b\nContent-Type: text/plain\n\n${text}\n\n--b\nContent-Type: text/html\n\n${page}\n--b--\n`,
      'multipart/alternative; boundary="b"',
    )
  expect(
    await both(
      'To view this email please use an HTML compatible email viewer.\nhttps://x.org/view?id=1',
      '<p>Your parcel\narrives on 9 March.</p>',
    ),
  ).toEqual(['Your parcel arrives on 9 March.'])
  const rooms =
    '<p>Note the rooms.</p><table><tr><th>Room</th><th>Seats</th></tr><tr><td>A1</td><td>30</td></tr></table>'
  const rows = ['Note the rooms.', 'Room: A1 · Seats: 30']
  expect(await both('Note the rooms.\n\nRoom\nSeats\nA1\n30\n', rooms)).toEqual(rows)
  // A text that says enough stays.
  expect(await both('Note the rooms.\n\nA1 has 30 seats.\n', rooms)).toEqual([
    'Note the rooms.',
    'A1 has 30 seats.',
  ])
  expect(await both('Write the page in HTML.', '<p>Write the page in HTML.</p>')).toEqual([
    'Write the page in HTML.',
  ])
})

test('the receivers of an older mail go on below each other [G319]', async () => {
  const all = await statementsOf(
    'a.eml',
    'From: a@x.org\n\nFine.\n\n-----Original Message-----\nFrom: Bob\nSent: Sunday\nTo: Ann <ann@x.org>,\n Cy Doe <cy@x.org>,\n Max\nSubject: Trip\n\nThe bus leaves.\n',
  )
  const under = 'From: Bob · Sent: Sunday: ›'
  expect(all.filter((one) => !one.includes('\n')).slice(-3)).toEqual([
    `${under} To: Ann <ann@x.org>, Cy Doe <cy@x.org>, Max`,
    `${under} Subject: Trip`,
    `${under} The bus leaves.`,
  ])
})

test('each attached mail is cited at its own lines [G319]', async () => {
  const inner = (subject: string, text: string) =>
    `--b\nContent-Type: message/rfc822\n\nFrom: ann@x.org\nSubject: ${subject}\n\n${text}\n`
  const mail = `From: ann@x.org\nSubject: Digest\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nTwo mails.\n${inner('One', 'The bus.')}${inner('Two', 'The boat.')}--b--\n`
  for (const written of [mail, mail.replaceAll('\n', '\r\n')]) {
    const { tree } = await readMail('a.eml', new TextEncoder().encode(written))
    const lines = tree.children.flatMap((node) =>
      node.type === 'blockquote' ? [node.position?.start.line] : [],
    )
    expect(lines).toEqual([11, 18])
  }
})

test('a short text that says something is read with its page [G320]', async () => {
  const both = (text: string, page: string) =>
    said(
      `--b\nContent-Type: text/plain\n\n${text}\n\n--b\nContent-Type: text/html\n\n${page}\n--b--\n`,
      'multipart/alternative; boundary="b"',
    )
  expect(
    await both('Update the browser and restart. Room 12 has the cable.', '<p>See the text.</p>'),
  ).toEqual(['Update the browser and restart.', 'Room 12 has the cable.'])
  expect(
    await both(
      'Your code is QX47. The hut opens at four.',
      '<p>Dear Bob, your code: QX47. Bring warm clothes and a lamp.</p>',
    ),
  ).toEqual([
    'Your code is QX47.',
    'The hut opens at four.',
    'Dear Bob, your code: QX47.',
    'Bring warm clothes and a lamp.',
  ])
  expect(await both('Please view this message in an HTML mail program.', '<p>It is on.</p>')).toEqual([
    'It is on.',
  ])
})

test('hostile heads of mails are read in time', async () => {
  const heads = 'From: x\nSent: y\n'.repeat(4_000)
  const open = `From: ${'('.repeat(3_900)}\nSent: y\n\n`.repeat(60)
  for (const body of [heads, open, `From:${' '.repeat(1_000_000)}x`, `${'-'.repeat(1_000_000)}x`]) {
    await said(body)
  }
}, 120_000)

test.each(['--', '-- '])('what stands below "%s" is told as the signature [G405]', async (mark) => {
  const older = 'On Fri, 9 May 2025 at 09:02, Hanna Ek wrote:\n> It is at nine.\n> --\n> Ek Joinery\n'
  expect(
    await said(
      `It is at ten.\n\nBest\nTom\n${mark}\nWills Timber, open 8 to 17\nAm Markt 2018\nE-mail: tom@x.org\n\n${older}`,
    ),
  ).toEqual([
    'It is at ten.',
    'Best',
    'Tom',
    'Signature: › Wills Timber, open 8 to 17',
    'Signature: › Am Markt 2018',
    'Signature: › E-mail: tom@x.org',
    'On Fri, 9 May 2025 at 09:02, Hanna Ek wrote: › It is at nine.',
    'On Fri, 9 May 2025 at 09:02, Hanna Ek wrote: › Ek Joinery',
  ])
})

test('a rule in a long mail begins none [G405]', async () => {
  const text = Array.from({ length: 20 }, (_, i) => `Room ${i} is open.`).join('\n')
  const all = await said(`Hello.\n\n--\n${text}\n`)
  expect(all.some((one) => one.startsWith('Signature'))).toBe(false)
})

test.each([
  [
    'text',
    '> 1. When does the gate open?\n\nAt 06:30.\n\n> 2. How many passes?\n\nEight.\n\nCheers\nDes\n',
    'text/plain',
  ],
  [
    'a page',
    '<blockquote><ol><li>When does the gate open?</li></ol></blockquote><p>At 06:30.</p><blockquote>How many passes?</blockquote><p>Eight.</p><p>Cheers<br>Des</p>',
    'text/html',
  ],
])('[G447] in %s a reply between quoted parts stands under the one above it', async (_, body, type) => {
  expect(await said(body, type)).toEqual([
    'When does the gate open? › At 06:30.',
    'How many passes? › Eight.',
    'Cheers',
    'Des',
  ])
})

test('[G447] a reply to what is no question stands under it where several alternate', async () => {
  const body =
    '> It is on the 4th.\n\nNo, the 5th.\nI asked.\n\n> It costs 200 EUR.\n\nPaid.\n\n> Best,\n> Tom\n\nSee you.\n'
  expect(await said(body)).toEqual([
    'It is on the 4th.',
    'It is on the 4th. › No, the 5th.',
    'It is on the 4th. › I asked.',
    'It costs 200 EUR.',
    'It costs 200 EUR. › Paid.',
    'Best,',
    'Tom',
    'See you.',
  ])
})

test.each([
  ['above', `Yes, take it.\n\nOn Mon, Tom wrote:\n> ${OLD}\n> Tom\n`, 'Yes, take it.'],
  ['below', `> ${OLD}\n\nYes, take it.\n`, 'Yes, take it.'],
])('[G447] a reply %s all that it quotes answers the mail', async (_, body, expected) => {
  expect(await said(body)).toContain(expected)
})

test('[G490] a mail that is declared as Latin-1 or ASCII is read as the Windows text that it is', async () => {
  const head = 'From: ann@x.org\nSubject: =?iso-8859-1?Q?Ann=92s_price?=\nContent-Type: text/plain; charset='
  const quoted = `${head}iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nIt is =80 4,500 =96 paid.\n`
  expect(await statementsOf('a.eml', quoted)).toEqual(
    expect.arrayContaining(['Subject: Ann’s price', 'It is € 4,500 – paid.']),
  )
  const bytes = Buffer.from(`${head}us-ascii\n\nIt is \x80 4,500 \x96 paid, caf\xe9.\n`, 'latin1')
  expect(await statementsOf('a.eml', bytes)).toContain('It is € 4,500 – paid, café.')
  expect(await statementsOf('a.txt', 'It is \u0080 4,500 \u0096 paid.\n')).toEqual(['It is € 4,500 – paid.'])
})

test.each([
  ['Hi Ann,\n\nthanks for asking. At 06:30.\n', ['thanks for asking.', 'At 06:30.']],
  [
    'Guten Morgen zusammen\n\nAt 06:30.\n\nThe east one.\n\nMany thanks\nDes\n',
    ['At 06:30.', 'The east one.'],
  ],
  ['At 06:30.\n\nThanks for your help! Des\n', ['At 06:30.']],
])('[G447] greetings answer nothing, and a reply is one as a whole: %j', async (reply, expected) => {
  const all = await said(`> Can you tell me when the gate opens?\n\n${reply}`)
  const under = all.flatMap((one) => one.split('Can you tell me when the gate opens? › ').slice(1))
  expect(under).toEqual(expected)
})

test('[G447] a long text below all that it quotes answers the mail', async () => {
  const all = await said(`> When does the gate open?\n\n${'The hall is shut.\n\nAsk Tom.\n\n'.repeat(3)}`)
  expect(all.some((one) => one.includes('›'))).toBe(false)
})
