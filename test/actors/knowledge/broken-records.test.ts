import { expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { linesOf } from './statements-of.ts'

test('a .json file of several lines with a value each is read as JSON lines [G495]', async () => {
  expect(await linesOf('a.json', '{"name":"Ann","room":1}\n{"name":"Bob","room":2}\n')).toEqual([
    'Ann · room: 1',
    'Bob · room: 2',
  ])
})

test('YAML that is indented with tabs is read as it looks, and plain lines as text [G495]', async () => {
  expect(await linesOf('a.yaml', 'server:\n\tport: 8080\n\thost: a.b\n')).toEqual([
    'server · port: 8080',
    'server · host: a.b',
  ])
  const text = 'title: Rules: part 1\nlimit: 5\n'
  expect(await linesOf('a.yaml', text)).toEqual(['title: Rules: part 1', 'limit: 5'])
  const parsed = await parse({ file: 'a.yaml', bytes: new TextEncoder().encode(text) })
  expect(parsed).toMatchObject({ aside: expect.stringContaining('not valid YAML') })
})

test('but other broken files say why they are skipped [G495]', async () => {
  await expect(linesOf('a.json', '{"a": 1,\n"b": }\n')).rejects.toThrow('not valid JSON')
  await expect(linesOf('a.json', '{"a": 1}\n{"b": }\n')).rejects.toThrow('not valid JSON')
  await expect(linesOf('a.yaml', 'a: {b: 1\nc: ]\n')).rejects.toThrow('not valid YAML')
})
