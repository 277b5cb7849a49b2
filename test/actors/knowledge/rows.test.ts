import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readRows } from '../../../actors/index.ts'
import { folderOf } from '../../cli/cli.ts'

const Row = z.object({ text: z.string().min(1), n: z.coerce.number() })

test('rows that do not fit are named by line and reason, and the others are read', async () => {
  const folder = await folderOf({
    'a.csv': 'text,n\n"two\nlines",1\nhello,many\nshort\n"quoted, too",3\n',
    'a.tsv': 'text\tn\nhello\t1\n',
    // Written by one program, and continued by another.
    'mixed.csv': 'text,n\r\n"a\nb",1\r\nc,2\nd,3\ne,4\n',
    'semicolons.csv': 'text;n\n"a; b";1\nhello, you;2\n',
    'a.jsonl': '\uFEFF{"text":"hello","n":1}\n\nnot json\n{"n":2}\n',
    'a.json': '[{"text":"hello","n":1},{"text":"","n":2}]',
  })
  const csv = await readRows(join(folder, 'a.csv'), Row)
  expect(csv.rows).toEqual([
    { text: 'two\nlines', n: 1 },
    { text: 'quoted, too', n: 3 },
  ])
  expect(csv.bad.map(({ line }) => line)).toEqual([4, 5])
  expect(csv.bad[0]?.reason).toMatch(/^n: /u)
  expect((await readRows(join(folder, 'a.tsv'), Row)).rows).toEqual([{ text: 'hello', n: 1 }])
  expect((await readRows(join(folder, 'semicolons.csv'), Row)).rows).toEqual([
    { text: 'a; b', n: 1 },
    { text: 'hello, you', n: 2 },
  ])
  expect(await readRows(join(folder, 'mixed.csv'), Row)).toEqual({
    rows: ['a\nb', 'c', 'd', 'e'].map((text, at) => ({ text, n: at + 1 })),
    bad: [],
  })
  const lines = await readRows(join(folder, 'a.jsonl'), Row)
  expect(lines.rows).toEqual([{ text: 'hello', n: 1 }])
  expect(lines.bad.map(({ line }) => line)).toEqual([3, 4])
  expect((await readRows(join(folder, 'a.json'), Row)).bad.map(({ line }) => line)).toEqual([2])
})

test('names of columns may be in capitals, and have spaces around them and a mark before them', async () => {
  const folder = await folderOf({
    'a.csv': '\uFEFF Text , N \nhello,1\n',
    'b.csv': 'TEXT,text,n\nother,own,2\n',
    'c.jsonl': '{"Text":"hello","N":1}\n',
    'd.csv': 'Intent,Text\npets,do you take dogs\n',
  })
  const read = async (name: string) => (await readRows(join(folder, name), Row)).rows
  expect(await read('a.csv')).toEqual([{ text: 'hello', n: 1 }])
  // The very name comes before one that is only alike.
  expect(await read('b.csv')).toEqual([{ text: 'own', n: 2 }])
  expect(await read('c.jsonl')).toEqual([{ text: 'hello', n: 1 }])
  await expect(read('d.csv')).rejects.toThrow(
    'its columns are Intent, Text, and those that are read are text, n',
  )
  const piped = Row.transform(({ text }) => text)
  expect((await readRows(join(folder, 'a.csv'), piped)).rows).toEqual(['hello'])
})

test('a file that gives no row at all is an error that says why', async () => {
  const folder = await folderOf({ 'a.csv': 'text,n\nx,y\n', 'a.xlsx': 'x', 'a.json': '{}' })
  const failed = (name: string) => readRows(join(folder, name), Row)
  await expect(readRows(join(folder, 'a.csv'), z.object({ message: z.string() }))).rejects.toThrow(
    'line 2: message: is missing); its columns are text, n, and those that are read are message',
  )
  await expect(failed('a.csv')).rejects.toMatchObject({ code: 'rows-empty', path: 'data' })
  await expect(failed('b.csv')).rejects.toMatchObject({ code: 'rows-missing' })
  await expect(failed('a.xlsx')).rejects.toMatchObject({ code: 'rows-unreadable' })
  await expect(failed('a.json')).rejects.toMatchObject({ code: 'rows-unreadable' })
  await expect(readRows(folder, Row)).rejects.toMatchObject({ code: 'rows-unreadable' })
})

test('a table in UTF-16 or an old charset is read, and what is no text is named', async () => {
  const folder = await folderOf({})
  const write = (name: string, bytes: Uint8Array) => writeFile(join(folder, name), bytes)
  const text = 'text,n\r\ncafé,1\r\n'
  await write('utf16.csv', Buffer.from(`\uFEFF${text}`, 'utf16le'))
  await write('latin.csv', Buffer.from(text, 'latin1'))
  await write('binary.csv', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0xff, 0xfe))
  for (const name of ['utf16.csv', 'latin.csv'])
    expect((await readRows(join(folder, name), Row)).rows).toEqual([{ text: 'café', n: 1 }])
  await expect(readRows(join(folder, 'binary.csv'), Row)).rejects.toMatchObject({ code: 'rows-unreadable' })
})
