import { describe, expect, test } from 'vitest'
import { linesOf, statementsOf } from './statements-of.ts'

describe('what stands in a note or a tab of Markdown belongs to its title [G321]', () => {
  test.each([
    ['Python-Markdown', '!!! warning "Deleting"\n    They are kept.\n\n    Then they go.\n\nAfter.\n'],
    [
      'Python-Markdown, folded',
      '??? warning "Deleting"\n\n    They are kept.\n\n    Then they go.\n\nAfter.\n',
    ],
    ['a tab of it', '=== "Deleting"\n\n    They are kept.\n\n    Then they go.\n\nAfter.\n'],
    ['Docusaurus', ':::warning[Deleting]\n\nThey are kept.\n\nThen they go.\n\n:::\n\nAfter.\n'],
    ['VitePress', '::: warning Deleting\nThey are kept.\n\nThen they go.\n:::\n\nAfter.\n'],
    ['Quarto', '::: {.callout-note title="Deleting"}\nThey are kept.\n\nThen they go.\n:::\nAfter.\n'],
    ['MyST', ':::{admonition} Deleting\n:class: tip\n\nThey are kept.\n\nThen they go.\n:::\nAfter.\n'],
    ['MyST, fenced', '```{warning} Deleting\nThey are kept.\n\nThen they go.\n```\n\nAfter.\n'],
    ['MDX', '<Note title="Deleting">\n  They are kept.\n\n  Then they go.\n</Note>\n\nAfter.\n'],
    [
      'a tab of MDX',
      '<Tabs>\n<TabItem value="d" label="Deleting">\n\nThey are kept.\n\nThen they go.\n\n</TabItem>\n</Tabs>\n\nAfter.\n',
    ],
    ['Obsidian', '> [!warning]- Deleting\n> They are kept.\n>\n> Then they go.\n\nAfter.\n'],
  ])('as of %s', async (_, text) => {
    expect(await linesOf('a.mdx', text)).toEqual([
      'Deleting: › They are kept.',
      'Deleting: › Then they go.',
      'After.',
    ])
  })

  test('with lists and in steps, and code stays code', async () => {
    const steps =
      '1. Stop it\n\n    !!! note\n        It takes a while.\n\n        Be patient.\n\n2. Go on\n\n!!! tip "Faster"\n\n    - use the cache\n    - or two\n\n> quoted\n'
    expect(await linesOf('a.md', steps)).toEqual([
      'Stop it; It takes a while.; Be patient.',
      'Go on',
      'Faster: › use the cache',
      'Faster: › or two',
      'quoted',
    ])
    const code = '```md\n!!! note "T"\n    x\n:::tip Y\nz\n:::\n```\n'
    expect(await statementsOf('a.md', code)).toEqual(['!!! note "T"', 'x', ':::tip Y', 'z'])
  })

  test('but not what only looks like one', async () => {
    expect(await linesOf('a.md', 'Stop!!! Now.\n\n!!! Achtung !!!\n\n    make all\n')).toEqual([
      'Stop!!!',
      'Now.',
      'Achtung !!!',
      'make all',
    ])
    expect(
      await linesOf('a.md', '<Config>\n<Table>\n\nAll is well.\n\n:::tip Open\n\nIt is open.\n'),
    ).toContain('All is well.')
  })
})

test('what Markdown dialects hide is no text [G322]', async () => {
  const text =
    "---\ntitle: Pool\n---\n\nimport Tabs from '@theme/Tabs'\n\nThe price is 6. %%It was 3.%% Pay now.\n\n%%\nIt was 2.\n%%\n\n{/* It was\n1. */}\n\n{% comment %}\nIt was 9.\n{% endcomment %}\n\n{% include nav.html %}\n\n## Lockers {#lockers}\n\nThey cost 2.\n{: .warning}\n"
  const said = ['The price is 6.', 'Pay now.', 'They cost 2.']
  expect(await linesOf('a.md', text)).toEqual(said)
  expect(
    await linesOf('b.mdx', `export const limit = {\n  size: 4\n}\n\n${text.slice(text.indexOf('import'))}`),
  ).toEqual(said)
})

test('and signs that hide nothing are text [G322]', async () => {
  const text =
    'Write %% for a percent sign; %% is one. It is `%%a%%` or `{/* b */}`.\n\n    for %%i in (a b) do echo %%i\n\n```\n%%time\nx = 1 %% 2\n{/* code */}\n```\n\nimport duties are 5 %.\n'
  expect(await statementsOf('a.md', text)).toEqual([
    'Write %% for a percent sign; %% is one.',
    'It is %%a%% or {/* b */}.',
    'for %%i in (a b) do echo %%i',
    '%%time',
    'x = 1 %% 2',
    '{/* code */}',
    'import duties are 5 %.',
  ])
})

test('a struck sentence beside one that says the same of something else is no text [G323]', async () => {
  expect(
    await linesOf(
      'a.md',
      '~~The fee is 5 EUR.~~ The fee is 6 EUR.\n\n- ~~The office is in Rome.~~\n- The office is in Paris.\n',
    ),
  ).toEqual(['The fee is 6 EUR.', 'The office is in Paris.'])
  // What is done stays.
  expect(
    await linesOf('a.md', '1. ~~Book the hall for June.~~\n2. Order the food.\n3. ~~Ask Ann~~\n4. Ask Ben\n'),
  ).toEqual(['Book the hall for June.', 'Order the food.', 'Ask Ann', 'Ask Ben'])
})

test('an emoji at the start of a line is text, an option of MyST is none [G321]', async () => {
  const lines = ':warning: Never unplug it.\n:link: See the list.\n\n:fire: Keep it cool.\n'
  const said = [':warning: Never unplug it.', ':link: See the list.', ':fire: Keep it cool.']
  for (const [open, close] of [
    [':::warning', ':::'],
    ['<Note>', '</Note>'],
    [':::{note}', ':::'],
    ['```{note}\n:class: tip\n:name: cold', '```'],
  ])
    expect(await linesOf('a.md', `${open}\n${lines}${close}\n`)).toEqual(said)
})

test('names between signs are to be replaced, and are text [G322]', async () => {
  expect(
    await linesOf('a.md', '%%HOST%% runs it.\n\nSend %%USER%% and %%First Name%%, not %%it was old%% Bob.\n'),
  ).toEqual(['%%HOST%% runs it.', 'Send %%USER%% and %%First Name%%, not %%it was old%% Bob.'])
})

describe('code of Markdown keeps what looks like marks [G321] [G322]', () => {
  const marks = ['{% load x %}', '<Project>', '  <Item>', '  </Item>', '</Project>', '!!! note "T"', '  on']
  const kept = marks.map((one) => one.trim())
  const block = (far: string) => marks.map((line) => `${far}${line}`).join('\n')

  test.each([
    ['by four', `Put:\n\n${block('    ')}\n`],
    ['by a tab', `Put:\n\n${block('\t')}\n`],
    ['below a list', `- one\n- two\n\nPut:\n\n${block('    ')}\n`],
    ['in a list', `- Put:\n\n${block('      ')}\n`],
    ['in an item with a fence', `- \`\`\`django\n${block('  ')}\n  \`\`\`\n`],
    ['in a quotation', `> \`\`\`\n${block('> ')}\n> \`\`\`\n`],
    ['below code in a line', `\`\`\`npm install foo\`\`\`\n\nPut:\n\n\`\`\`jinja\n${block('')}\n\`\`\`\n`],
    ['with a shorter fence in it', `\`\`\`\`\n\`\`\`js\n\`\`\`\n${block('')}\n\`\`\`\`\n`],
    ['with a fence in it', `\`\`\`md\n\`\`\`js\n${block('')}\n\`\`\`\n`],
  ])('%s', async (_, text) => {
    const said = (await statementsOf('a.md', `${text}\nDone.\n`)).map((one) =>
      one.replace(/^.* › /u, '').trim(),
    )
    for (const one of [...kept, 'Done.']) expect(said.filter((line) => line.includes(one))).not.toEqual([])
  })

  test('but not the parts of an item, a note or a component that are further in', async () => {
    const text =
      '1. Set it\n\n    {% include nav.html %}\n\n    <Note title="Late">\n    It takes long.\n    </Note>\n\n=== "Linux"\n\n    === "Arch"\n\n        {% include nav.html %}\n\n        Use pacman.\n\n```npm ci```\n\n{% include nav.html %}\n\nDone.\n'
    const said = await statementsOf('a.md', text)
    expect(said.filter((one) => /[{<]/u.test(one))).toEqual([])
    expect(said.slice(-3)).toEqual(['Linux: – Arch: › Use pacman.', 'npm ci', 'Done.'])
    const tabs = '<Tabs>\n\n    <Tab title="Arch">\n\n    Use pacman.\n\n    </Tab>\n\n</Tabs>\n'
    for (const file of ['a.md', 'a.mdx']) expect(await linesOf(file, tabs)).toEqual(['Arch: › Use pacman.'])
  })
})

test('hostile marks of dialects are read in time', async () => {
  const deep = Array.from({ length: 1_400 }, (_, i) => `${' '.repeat(i)}!!! note "T"`).join('\n')
  for (const text of [
    '{/*'.repeat(20_000),
    '%%a '.repeat(50_000),
    '%%\n'.repeat(200_001),
    `${':::note T\n'.repeat(2_000)}${':::\n'.repeat(2_000)}`,
    '<Tab title="x">\n'.repeat(10_000),
    deep,
    `- \`\`\`\n\n${']'.repeat(100_000)}`,
    '```a```\n'.repeat(50_000),
    `${'> '.repeat(400_000)}{: .x}`,
    `# ${'{#a '.repeat(50_000)}`,
  ]) {
    const start = process.cpuUsage()
    await statementsOf('a.mdx', text).catch(() => [])
    expect(process.cpuUsage(start).user / 1e6).toBeLessThan(15)
  }
}, 120_000)

test('comments of reStructuredText are no text, and notes of it are [G324]', async () => {
  const text =
    '.. The limit was 42.\n\n.. TODO: check whether\n   it is 43.\n\n..\n   It was 44.\n\nThe limit is 50.\n\n.. warning::\n\n   Deleting a bucket removes all of its objects and\n   cannot be undone.\n\n.. code-block::\n\n   zb --all\n'
  expect((await statementsOf('a.rst', text)).map((one) => one.replace(/\s+/gu, ' '))).toEqual([
    'The limit is 50.',
    'Deleting a bucket removes all of its objects and cannot be undone.',
    'zb --all',
  ])
})
