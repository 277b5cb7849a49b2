import { expect, test } from 'vitest'
import { linesOf } from './statements-of.ts'

const calendar = (...lines: readonly string[]) =>
  ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'SUMMARY:Drill', ...lines, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n')

test('an event of whole days ends with its last day, and a time has its zone [G340]', async () => {
  const days = (end: string) =>
    linesOf('a.ics', calendar('DTSTART;VALUE=DATE:20241224', `DTEND;VALUE=DATE:${end}`))
  expect(await days('20241227')).toEqual(['Drill · start: 2024-12-24', 'Drill · end: 2024-12-26'])
  expect(await days('20241225')).toEqual(['Drill · start: 2024-12-24'])
  expect(await days('20241224')).toEqual(['Drill · start: 2024-12-24'])
  const times = calendar('DTSTART:20240612T140000Z', 'DTEND;TZID="Europe/Oslo":20240612T180000')
  expect(await linesOf('a.ics', times)).toEqual([
    'Drill · start: 2024-06-12 14:00 UTC',
    'Drill · end: 2024-06-12 18:00 (Europe/Oslo)',
  ])
})

test('people of an event have their names and their answers [G340]', async () => {
  const people = calendar(
    'ORGANIZER;CN=Ana Diaz:mailto:a.d@acme.example',
    'ATTENDEE;CN="Ost; Ben: lead";PARTSTAT=DECLINED:mailto:b7@acme.example',
    'ATTENDEE:mailto:c@acme.example',
  )
  expect(await linesOf('a.ics', people)).toEqual([
    'Drill · organizer: Ana Diaz <a.d@acme.example>',
    'Drill · attendee: Ost; Ben: lead <b7@acme.example>, declined',
    'Drill · attendee: c@acme.example',
  ])
})

test('contacts of old phones are decoded [G341]', async () => {
  const card = [
    'BEGIN:VCARD',
    'VERSION:2.1',
    'FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCrgen Gro=C3=9F',
    'TEL;CELL:0171 555',
    'TEL;WORK;FAX:030 777',
    'NOTE;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:K=F6ln, dann=',
    '=20Bonn',
    'LOGO;ENCODING=BASE64:R0lGODlh',
    'END:VCARD',
  ].join('\r\n')
  expect(await linesOf('a.vcf', card)).toEqual([
    'Jürgen Groß · phone cell: 0171 555',
    'Jürgen Groß · phone work fax: 030 777',
    'Jürgen Groß · note: Köln, dann Bonn',
  ])
  const plain = 'BEGIN:VCARD\nFN:Ann\nNOTE:a=C3=BC=\nURL:https://a.example/?q=C3\nEND:VCARD\n'
  expect(await linesOf('a.vcf', plain)).toEqual([
    'Ann · note: a=C3=BC=',
    'Ann · url: https://a.example/?q=C3',
  ])
})

test('escapes of .properties are characters, and other files have none [G342]', async () => {
  const text =
    'greeting=Gr\\u00fc\u00dfe\\, M\\u00fcller\nlogs=C:\\\\logs\\\\new\nhome=C:\\new\nurl=http\\://a.example\n'
  expect(await linesOf('a.properties', text)).toEqual([
    'greeting: Grüße\\, Müller',
    'logs: C:\\logs\\new',
    'home: C:\\new',
    'url: http://a.example',
  ])
  expect(await linesOf('a.ini', 'logs=\\\\server\\u00e4\n')).toEqual(['logs: \\\\server\\u00e4'])
})

test('a contact without a formatted name is named by the parts of its name [G341]', async () => {
  const card = (...lines: readonly string[]) =>
    linesOf('a.vcf', ['BEGIN:VCARD', 'VERSION:2.1', ...lines, 'TEL;CELL:0171 5', 'END:VCARD'].join('\r\n'))
  expect(await card('N:Lee;Ann')).toEqual(['Ann Lee · phone cell: 0171 5'])
  expect(await card('N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gro=C3=9F;J=C3=BCrgen;Kai,Uwe;Dr.;')).toEqual([
    'Dr. Jürgen Kai Uwe Groß · phone cell: 0171 5',
  ])
  expect(await card('N:Lee;Ann;;;', 'FN:Annie Lee')).toEqual(['Annie Lee · phone cell: 0171 5'])
  expect(await card('N:;;;;')).toEqual(['phone cell: 0171 5'])
})

test('escapes in keys of .properties are characters too [G342]', async () => {
  expect(await linesOf('a.properties', 'caf\\u00e9.open=8 am\ntea\\ time=4 pm\n')).toEqual([
    'café.open: 8 am',
    'tea time: 4 pm',
  ])
  expect(await linesOf('a.ini', 'caf\\u00e9=8 am\nb=1\n')).toEqual(['caf\\u00e9: 8 am', 'b: 1'])
})

test('lines that go on are joined, however many there are [G342]', async () => {
  expect(await linesOf('a.properties', 'a=1, \\\n  2, \\\n  3\nb=c\\\\\nd=e\\\n\\\nf\n')).toEqual([
    'a: 1, 2, 3',
    'b: c\\',
    'd: ef',
  ])
  await linesOf('a.properties', `b=1\na=${`${'x'.repeat(120)},\\\n`.repeat(8_000)}\n`)
})
