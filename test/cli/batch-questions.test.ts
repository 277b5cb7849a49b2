import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BatchQuestion, batchQuestions } from '../../src/cli/ask/batch-questions.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganglion-batch-'))
})
afterAll(() => rm(folder, { recursive: true }))

const read = async (content: string | Uint8Array): Promise<BatchQuestion[]> => {
  const file = join(folder, 'questions')
  await writeFile(file, content)
  return collect(batchQuestions(file))
}
async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('the questions of a batch', () => {
  test('stand one a line; blank lines count as lines and ask nothing', async () => {
    expect(await read('\n{"id":1,"question":"a"}\r\n\n{"question":"b","id":"x"}')).toEqual([
      { line: 2, id: '1', question: 'a' },
      { line: 4, id: '"x"', question: 'b' },
    ])
  })

  test('or in one JSON array, with the line of each', async () => {
    const text =
      '[\n  { "id": 7, "question": "a" },\n  { "question":\n "b" }, "c",\n {"id":{"row":\n 1},"question":"d"}]'
    expect(await read(text)).toMatchObject([
      { line: 2, id: '7', question: 'a' },
      { line: 3, id: 'null', question: 'b' },
      {
        line: 4,
        id: 'null',
        error: {
          code: 'usage',
          path: 'line 4',
          message: expect.stringMatching(
            /^element 3 of the array, on line 4, is not \{ "id", "question" \} in JSON\. Write one JSON array/u,
          ),
        },
      },
      { line: 5, id: '{"row":1}', question: 'd' },
    ])
  })

  test('keep ids that no number of JavaScript holds', async () => {
    const ids = [
      '9007199254740993',
      '-0.10',
      '1e400',
      '"\\u00e9"',
      'true',
      '[1,2]',
      '{"a  b":[1e400,"\\" 7"]}',
    ]
    const lines = ids.map((id) => `{"id": ${id}, "question": "a"}`)
    expect((await read(lines.join('\n'))).map(({ id }) => id)).toEqual(ids)
  })

  test('keep the numbers inside of their ids, on one line', async () => {
    const text = '[{"id":{"row": 12345678901234567890,\n "at": [1.0, "x  y"]},"question":"a"}]'
    expect(await read(text)).toMatchObject([{ id: '{"row":12345678901234567890,"at":[1.0,"x  y"]}' }])
  })

  test.each([
    ['UTF-8 with a mark', new Uint8Array(Buffer.from('\ufeff{"id":1,"question":"Größe?"}\n'))],
    ['UTF-16LE', new Uint8Array(Buffer.from('\ufeff{"id":1,"question":"Größe?"}\n', 'utf16le'))],
    ['UTF-16LE without a mark', new Uint8Array(Buffer.from('{"id":1,"question":"Größe?"}\n', 'utf16le'))],
    [
      'UTF-16BE without a mark',
      new Uint8Array(Buffer.from('{"id":1,"question":"Größe?"}\n', 'utf16le').swap16()),
    ],
    ['UTF-16BE', new Uint8Array(Buffer.from('\ufeff{"id":1,"question":"Größe?"}\n', 'utf16le').swap16())],
  ])('are read in %s', async (_encoding, bytes) => {
    expect(await read(bytes)).toEqual([{ line: 1, id: '1', question: 'Größe?' }])
  })

  test('that are none are errors at their place, and the others continue', async () => {
    const lines = [
      'not json',
      '[1',
      '{"id":1}',
      '{"id":2,"question":3}',
      '{"question":"a"} trailing',
      '['.repeat(1e5),
    ]
    const items = await read(`{"id":0,"question":"first"}\n${lines.join('\n')}\n{"id":9,"question":"last"}`)
    expect(items.map((item) => ('error' in item ? item.error.code : item.question))).toEqual([
      'first',
      ...lines.map(() => 'usage'),
      'last',
    ])
    expect(items[3]).toMatchObject({ line: 4, id: '1' })
  })

  test('of a file that can not be read at all are refused with what to do', async () => {
    await expect(read('[{"question":"a"}')).rejects.toMatchObject({ code: 'usage', path: '--batch' })
    await expect(read(new Uint8Array([0x22, 0xc3, 0x28, 0x22]))).rejects.toThrow(
      /is not UTF-8 or UTF-16 text/u,
    )
    await expect(collect(batchQuestions(join(folder, 'none')))).rejects.toThrow(/can't be read \(ENOENT\)/u)
    await expect(collect(batchQuestions(folder))).rejects.toThrow(/can't be read \(EISDIR\)/u)
  })

  test('are none in an empty file', async () => {
    expect(await read('')).toEqual([])
    expect(await read('\n \n')).toEqual([])
    expect(await read('[]')).toEqual([])
  })
})
