import { expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import type { Passage } from '../../../actors/knowledge/text/passages.ts'
import { shown } from '../../../actors/question-answering/answering/shown.ts'

const TEXT = 'Pack:\n\n- Clothes\n  - a coat\n  - a hat\n- Kitchen\n  - a stove\n  - a pot\n'

async function passageOf(text: string): Promise<Passage> {
  const parsed = await parse({ file: 'kit.md', bytes: new TextEncoder().encode(text) })
  if ('reason' in parsed || parsed.passages[0] === undefined) throw new Error('no passage')
  return parsed.passages[0]
}

test('what an inner list holds is answered by it alone, with its name [G176]', async () => {
  const passage = await passageOf(TEXT)
  const [whole] = passage.statements
  if (whole === undefined) throw new Error('no list')
  const all = { start: 0, end: whole.end }
  const kitchen = 'Kitchen\n  - a stove\n  - a pot'
  for (const list of [true, false])
    expect(
      shown(passage, whole, all, { text: 'What to pack for the kitchen?', list, kind: 'thing' }).text,
    ).toBe(kitchen)
  const pots = { start: passage.text.indexOf('a stove'), end: passage.text.length }
  expect(
    shown(passage, whole, pots, { text: 'What is needed to cook?', list: false, kind: 'thing' }).text,
  ).toBe(kitchen)
  expect(shown(passage, whole, all, { text: 'What to pack?', list: true, kind: 'thing' }).text).toBe(
    passage.text,
  )
  const item = passage.statements.find(({ start }) => start === passage.text.indexOf('a pot'))
  if (item === undefined) throw new Error('no item')
  expect(
    shown(passage, item, { start: 0, end: 5 }, { text: 'Which things cook?', list: true, kind: 'thing' })
      .text,
  ).toBe(kitchen)
})

test('several things are named by the only field of a record that the question names [G306]', async () => {
  const text = '[app]\nname = Inkwell\nadmins = marta, joao\nqueue = 900\n'
  const parsed = await parse({ file: 'a.ini', bytes: new TextEncoder().encode(text) })
  if ('reason' in parsed || parsed.passages[0] === undefined) throw new Error('no passage')
  const [passage] = parsed.passages
  const [whole] = passage.statements
  if (whole === undefined) throw new Error('no record')
  const all = { start: 0, end: whole.end - whole.start }
  const told = (asked: string) => shown(passage, whole, all, { text: asked, list: true, kind: 'thing' }).text
  expect(told('Who are the admins of Inkwell?')).toBe('app · admins: marta, joao')
  expect(told('What are the limits for admins?')).toBe(passage.text)
  expect(told('What are the settings of the app?')).toBe(passage.text)
  expect(told('What did the admins name?')).toBe(passage.text)
})

test('a later sentence of an item is shown with the name that the item begins with [G378]', async () => {
  const text =
    '# Options\n\n- `usePolling` (default: `false`). It works over a network.\n- `depth`: levels of folders. It is 3.\n'
  const parsed = await parse({ file: 'a.md', bytes: new TextEncoder().encode(text) })
  if ('reason' in parsed || parsed.passages[0] === undefined) throw new Error('no passage')
  const [passage] = parsed.passages
  const told = (asked: string, sentence: string, kind: 'thing' | 'number') => {
    const start = passage.text.indexOf(sentence)
    const own = passage.statements.find((one) => one.start === start)
    if (own === undefined) throw new Error('no sentence')
    const { text, span } = shown(passage, own, { start: 0, end: 2 }, { text: asked, list: false, kind })
    return { text, span: text.slice(span.start, span.end) }
  }
  const network = 'It works over a network.'
  expect(told('Which option works over a network?', network, 'thing')).toEqual({
    text: `usePolling (default: false). ${network}`,
    span: 'It',
  })
  expect(told('How many levels?', 'It is 3.', 'number').text).toBe('It is 3.')
  expect(told('Which option is 3?', 'It is 3.', 'thing').text).toBe('depth: levels of folders. It is 3.')
})

const SAID = [
  [
    '<dl><dt>May I bring a dog?</dt><dd>Sorry, no. Guide dogs may come in.</dd></dl>',
    'Guide dogs may come in.',
  ],
  ['<p>May I bring a dog? No. Guide dogs may come in. The yard is open.</p>', 'Guide dogs may come in.'],
  ['<dl><dt>May I pay by card?</dt><dd>Yes, you can. The fee is 1 %.</dd></dl>', 'The fee is 1 %.'],
] as const
const ALONE = [
  // More is said.
  '<dl><dt>May I bring a dog?</dt><dd>No, except guide dogs. The yard is open.</dd></dl>',
  // The next sentence is another item, another paragraph or another question.
  '<dl><dt>May I bring a dog?</dt><dd>No.</dd><dt>A cat?</dt><dd>Cats may come in.</dd></dl>',
  '<p>May I bring a dog? No.</p><p>The yard is open.</p>',
  '<p>May I bring a dog? No. May I bring a cat? Yes.</p>',
] as const

test('a yes or no alone is shown with the sentence after it, of the same item or paragraph [G433]', async () => {
  const told = async (html: string) => {
    const parsed = await parse({ file: 'a.html', bytes: new TextEncoder().encode(html) })
    if ('reason' in parsed || parsed.passages[0] === undefined) throw new Error('no passage')
    const [passage] = parsed.passages
    const textOf = ({ start, end }: { start: number; end: number }) => passage.text.slice(start, end)
    const winner = passage.statements.find(
      (one) => one.kind !== 'list' && /(?:^|: )(?:Sorry, no|No|Yes)\b/u.test(textOf(one)),
    )
    if (winner === undefined) throw new Error('no answer')
    const question = { text: 'May I?', list: false, kind: 'yes-no' } as const
    return { own: textOf(winner), all: shown(passage, winner, { start: 0, end: 2 }, question).text }
  }
  for (const [html, next] of SAID) {
    const { own, all } = await told(html)
    expect(all).toBe(`${own} ${next}`)
  }
  for (const html of ALONE) {
    const { own, all } = await told(html)
    expect(all).toBe(own)
  }
})

test('asked how to do something, the whole paragraph below that question or heading answers [G440]', async () => {
  const passage = await passageOf(
    '## Reset the door code\n\nUnlock with the master card first. Hold the star key. Type the new code.\n\nIt takes a minute. Nothing else changes.\n',
  )
  const told = (asked: string, first: string, kind: 'manner' | 'thing') => {
    const winner = passage.statements.find(({ start }) => passage.text.startsWith(first, start))
    if (winner === undefined) throw new Error('no statement')
    const span = { start: 0, end: winner.end - winner.start }
    return shown(passage, winner, span, { text: asked, list: false, kind }).text
  }
  const steps = 'Unlock with the master card first. Hold the star key. Type the new code.'
  for (const first of ['Unlock', 'Hold', 'Type'])
    expect(told('How do I reset the door code?', first, 'manner')).toBe(steps)
  expect(told('How do I open the lid?', 'Hold', 'manner')).toBe('Hold the star key.')
  expect(told('Which key resets the door code?', 'Hold', 'thing')).toBe('Hold the star key.')
})

test('whether something is so, an item alone does not say: the lead of its list belongs to it [G442]', async () => {
  const told = async (text: string, item: string, kind: 'yes-no' | 'thing') => {
    const passage = await passageOf(text)
    const winner = passage.statements.find(
      (one) => one.kind === 'item' && passage.text.startsWith(item, one.start),
    )
    if (winner === undefined) throw new Error('no item')
    const span = { start: 0, end: winner.end - winner.start }
    return shown(passage, winner, span, { text: 'Is water damage covered?', list: false, kind }).text
  }
  const cover = 'Not covered:\n\n- scratches\n- water damage\n'
  expect(await told(cover, 'water', 'yes-no')).toBe('Not covered:\n- scratches\n- water damage')
  expect(await told(cover, 'water', 'thing')).toBe('water damage')
  expect(await told('- scratches\n- water damage\n', 'water', 'yes-no')).toBe('water damage')
})

test('what a heading and its document are asked for is the whole list below it [G467]', async () => {
  const text =
    '# Climbing course\n\n## What you bring\n\n- shoes\n- a litre of water\n\n## Rules\n\n- no dogs\n'
  const parsed = await parse({ file: 'a.md', bytes: new TextEncoder().encode(text) })
  if ('reason' in parsed) throw new Error('no passage')
  const passage = parsed.passages.find((one) => one.text.includes('shoes'))
  const item = passage?.statements.find(({ kind }) => kind === 'item')
  if (passage === undefined || item === undefined) throw new Error('no item')
  const told = (question: string) =>
    shown(passage, item, { start: 0, end: 5 }, { text: question, list: false, kind: 'thing' }).text
  expect(told('What do I need to bring to the climbing course?')).toContain('a litre of water')
  expect(told('What do I need to bring for the wall?')).toBe('shoes')
  expect(told('Which shoes do I bring to the climbing course?')).toBe('shoes')
})

test('who has to do something is shown with what is to be done [G499]', async () => {
  const passage = await passageOf(
    '- Sven Oldt\n  - ask for the permit\n- Bettina Krause\n  - order twelve tables\n  - find Mr Holm\n',
  )
  const told = (item: string, kind: 'person' | 'thing') => {
    const winner = passage.statements.find(
      (one) => one.kind === 'item' && passage.text.startsWith(item, one.start),
    )
    if (winner === undefined) throw new Error('no item')
    const span = { start: 0, end: winner.end - winner.start }
    return shown(passage, winner, span, { text: 'Who has to order tables?', list: false, kind }).text
  }
  expect(told('order', 'person')).toContain('Bettina Krause')
  expect(told('order', 'thing')).toBe('order twelve tables')
  expect(told('find', 'person')).toBe('find Mr Holm')
})

test('what is to be done after a time is shown with it, if nothing else says when [G504]', async () => {
  const passage = await passageOf(
    '- After 90 days\n  - delete the mailbox\n  - call Ann by 3 May\n- Later\n  - wipe the copy\n',
  )
  const told = (item: string, kind: 'date' | 'thing') => {
    const winner = passage.statements.find(
      (one) => one.kind === 'item' && passage.text.startsWith(item, one.start),
    )
    if (winner === undefined) throw new Error('no item')
    const span = { start: 0, end: winner.end - winner.start }
    return shown(passage, winner, span, { text: 'When is it done?', list: false, kind }).text
  }
  expect(told('delete', 'date')).toContain('After 90 days')
  expect(told('delete', 'thing')).toBe('delete the mailbox')
  expect(told('call', 'date')).toBe('call Ann by 3 May')
  expect(told('wipe', 'date')).toBe('wipe the copy')
})
