import { describe, expect, test } from 'vitest'
import { nestedNaming } from '../../../actors/knowledge/documents/formats/record-names.ts'
import type { Field } from '../../../actors/knowledge/documents/formats/values.ts'
import { linesOf } from './statements-of.ts'

/** The statements without those that hold several others. */
async function parts(file: string, value: unknown): Promise<string[]> {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return linesOf(file, text)
}

describe('only the field that names a record is not told again [G309]', () => {
  test.each([
    [
      'a number',
      { id: 1, quantity: 1, colour: 'red' },
      { id: 2, quantity: 5, colour: 'blue' },
      '1 · quantity: 1',
    ],
    [
      'wherever it stands',
      { quantity: 1, id: 1, colour: 'red' },
      { quantity: 5, id: 2, colour: 'blue' },
      '1 · quantity: 1',
    ],
    [
      'a field that names them by being different',
      { city: 'Berlin', state: 'Berlin', beds: ['a', 'b'] },
      { city: 'Munich', state: 'Bavaria', beds: ['c'] },
      'Berlin · state: Berlin',
    ],
  ])('%s', async (_, first, second, said) => {
    const found = await parts('a.json', [first, second])
    expect(found).toContain(said)
    // The name and one more field of three.
    expect(found).toHaveLength(4)
    expect(found.some((one) => /\b(?:id|city):/u.test(one))).toBe(false)
  })

  test('a record of a part with a name of its own', async () => {
    const yaml = 'kind: Pod\nmetadata:\n  name: web\napp: web\n'
    expect(await parts('k.yaml', yaml)).toContain('web · app: web')
  })
})

describe('records of who said what are messages [G309]', () => {
  test('also with their numbers, times and places', async () => {
    const chat = [1, 2].map((id) => ({
      id,
      type: 'message',
      date: `2024-05-0${id}`,
      from: id === 1 ? 'Ada' : 'Ben',
      from_id: `user${id}`,
      text: 'It is in the teapot.',
    }))
    expect(await parts('c.json', chat)).toContain(
      'id 2 · message · date 2024-05-02 · user2 · Ben: It is in the teapot.',
    )
    const talk = [
      { time: '9:00', speaker: 'Ann', room: 'Hall 2', text: 'Opening' },
      { time: '10:00', speaker: 'Ben', room: 'Hall 3', text: 'Pumps' },
    ]
    expect(await parts('t.json', talk)).toContain('time 10:00 · Hall 3 · Ben: Pumps')
  })

  test('but records with other fields or with comments keep their keys', async () => {
    const records = [
      { name: 'www', type: 'A', content: '192.0.2.1', ttl: 300, proxied: true },
      { name: 'mail', type: 'MX', content: 'mx.acme.example', ttl: 3600, proxied: false },
    ]
    expect(await parts('d.json', { records })).toEqual(
      expect.arrayContaining(['records · www · ttl: 300', 'records · mail · proxied: false']),
    )
    const reviews = [
      { author: 'Ann', product: 'Kettle', verified: 'yes', text: 'Boils fast.' },
      { author: 'Ben', product: 'Toaster', verified: 'no', text: 'Burns bread.' },
    ]
    expect(await parts('r.json', reviews)).toContain('Ben · verified: no')
    const contacts =
      '- name: Ann # only until June\n  text: Call after 9.\n- name: Ben\n  text: Call before 8.\n'
    expect((await parts('c.yaml', contacts)).join('\n')).toContain('only until June')
  })
})

test('names of many records with many parts are found at once [G309]', () => {
  const keys = Array.from({ length: 50 }, (_, i) => `k${i}`)
  const record = (fields: readonly Field[]) => ({ kind: 'record' as const, fields, line: 1 })
  const text = { kind: 'scalar' as const, text: 'the same', quoted: true, line: 1 }
  const part = record(keys.map((key) => ({ key, value: text })))
  const records = Array.from({ length: 2_000 }, () => record(keys.map((key) => ({ key, value: part }))))
  expect(nestedNaming(records)).toBeUndefined()
})
