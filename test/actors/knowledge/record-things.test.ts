import { expect, test } from 'vitest'
import { partsOf } from './statements-of.ts'

const lines = [
  { id: 1, item: { name: 'Face masks, box of 50', size: 'M' }, price: '4.10' },
  { id: 2, item: { name: 'Nitrile gloves, box of 100', size: 'L' }, price: '8.35' },
]
const xml = (prefix: string) =>
  lines
    .map(
      ({ id, item, price }) =>
        `<${prefix}Line><${prefix}ID>${id}</${prefix}ID><${prefix}Item><${prefix}Name>${item.name}</${prefix}Name></${prefix}Item><${prefix}Price>${price}</${prefix}Price></${prefix}Line>`,
    )
    .join('')

test.each([
  ['a.json', JSON.stringify({ lines }), 'lines · 2 · Nitrile gloves, box of 100 · price: 8.35'],
  [
    'a.yaml',
    `lines:\n${lines.map(({ id, item, price }) => `  - id: ${id}\n    item:\n      name: ${item.name}\n    price: ${price}\n`).join('')}`,
    'lines · 2 · Nitrile gloves, box of 100 · price: 8.35',
  ],
  ['a.xml', `<Bill>${xml('')}</Bill>`, 'Line · 2 · Nitrile gloves, box of 100 · Price: 8.35'],
  [
    'a.xml',
    `<Bill xmlns:c="urn:c">${xml('c:')}</Bill>`,
    'Line · 2 · Nitrile gloves, box of 100 · Price: 8.35',
  ],
])(
  '[G451] in %s a record with a number is also called by the thing that it is about: %j',
  async (file, text, expected) => {
    expect(await partsOf(file, text)).toContain(expected)
  },
)

test('[G451] but not by who owns it, nor by one of several things', async () => {
  const owned = lines.map(({ id, item, price }) => ({ id, owner: { name: item.name, size: 1 }, price }))
  expect(await partsOf('a.json', JSON.stringify({ owned }))).toContain('owned · 2 · price: 8.35')
  const both = lines.map((line) => ({ ...line, part: { name: `Lid ${line.id}`, size: 'S' } }))
  expect(await partsOf('a.json', JSON.stringify({ both }))).toContain('both · 2 · price: 8.35')
})
