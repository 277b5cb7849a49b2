import { describe, expect, test } from 'vitest'
import { linesOf, statementsOf } from './statements-of.ts'

describe('AsciiDoc is read as it is shown [G382]', () => {
  test('with the values of its attributes', async () => {
    const text =
      '= Guide\n:product: Zed\n:home: /opt/{product}\n\n== Use\n\n{product} is in {home}, not {unknown} or \\{product}.\n\n:product: Zod\n\n{Product} is new.\n\n:!product:\n\nNo {product} here.\n'
    expect((await linesOf('a.adoc', text)).slice(2)).toEqual([
      'Zed is in /opt/Zed, not {unknown} or {product}.',
      'Zod is new.',
      'No {product} here.',
    ])
    // Code stands for itself, unless it says that it is filled in.
    const code = (kind: string) => `:port: 80\n\n== A\n\n${kind}\n----\nopen {port}\n----\n`
    expect((await linesOf('a.adoc', code('[source]'))).at(-1)).toBe('A › open {port}')
    expect((await linesOf('a.adoc', code('[source,subs="attributes+"]'))).at(-1)).toBe('A › open 80')
  })

  test('without its comments', async () => {
    const text =
      'It opens at 8.\n\n////\nIt opened at 7.\n\n== Old\n////\n\n// It opened at 6.\n\n----\n////\nrun\n----\n'
    expect(await linesOf('a.adoc', text)).toEqual(['It opens at 8.', 'run'])
  })

  test('values that hold each other do not grow without end', async () => {
    const bomb = Array.from({ length: 60 }, (_, i) => `:a${i + 1}: {a${i}}{a${i}}`).join('\n')
    const told = await statementsOf('a.adoc', `:a0: word\n${bomb}\n\n${'{a60} '.repeat(5_000)}\n`)
    expect(told.join('').length).toBeLessThan(8_000_000)
  })
})

test('a title of AsciiDoc covers the block below it alone [G383]', async () => {
  const text =
    '== Fees\n\n.Prices\n|===\n|Plan |Price\n\n|Pro |12\n|===\n\nWe answer at once.\n\n.Needs\n* a disk\n\n.Note\n====\nCopy it.\n\nTwice.\n====\n\nThe end is near.\n'
  expect(await linesOf('a.adoc', text)).toEqual([
    'Prices: › Plan: Pro · Price: 12',
    'We answer at once.',
    'Fees – Needs: › a disk',
    'Note: › Copy it.',
    'Note: › Twice.',
    'The end is near.',
  ])
})

test('tables of AsciiDoc with values between commas are tables [G383]', async () => {
  const told = ['Plan: Free · Price: 0', 'Plan: Pro, large · Price: 12']
  for (const [kind, sign, mark] of [
    ['[%header,format=csv]', '|', ','],
    ['[%header]', ',', ','],
    ['[%header,format=csv,separator=;]', '|', ';'],
  ] as const) {
    const rows = ['Plan,Price', 'Free,0', '"Pro_ large",12']
      .join('\n')
      .replaceAll(',', mark)
      .replace('_', ',')
    expect(await linesOf('a.adoc', `${kind}\n${sign}===\n${rows}\n${sign}===\n`)).toEqual(told)
  }
})

test('comments of Org are no text, and rules in its tables are none [G385]', async () => {
  const text =
    '* Project\n** COMMENT Old plan\nIt starts in March.\n*** Older\nIt started in May.\n** TODO COMMENT Idea\nIt never starts.\n** Plan\nIt starts in June.\n#+begin_comment\nIt starts in July.\n#+end_comment\n# It starts in August.\n#+begin_src sh\n# COMMENT\nrun\n#+end_src\n|-------+---|\n| Phase | Weeks |\n|-------+---|\n| Build | 6 |\n|-------+---|\n| Total | 9 |\n** Comment on it\nAll is well.\n'
  expect((await statementsOf('a.org', text)).map((one) => one.replace(/^.* › /u, ''))).toEqual([
    'It starts in June.',
    '# COMMENT\nrun',
    'Phase: Build · Weeks: 6',
    'Phase: Total · Weeks: 9',
    'All is well.',
  ])
})

describe('LaTeX is read as it is set [G384]', () => {
  test.each([
    ['\\iffalse\nIt was 77.\n\\ifx a\nNo.\n\\fi\nIt was 78.\n\\fi It is 80.\n', ['It is 80.']],
    ['\\iffalse It was 77. \\else It is 80. \\fi\n', ['It is 80.']],
    ['It is 80.\n\\begin{comment}\nIt was 88.\n\\end{comment}\n', ['It is 80.']],
    ['\\begin{document}\nIt is 80.\n\\end{document}\nIt was 99.\n', ['It is 80.']],
    // Nothing ends it.
    ['\\iffalse\nIt is 80.\n', ['It is 80.']],
    [
      '\\newcommand{\\tool}{BeeTool}\n\\newcommand{\\fee}[1]{#1~EUR}\n\\def\\rate{12\\%}\nThe \\tool{} costs \\fee{50}, or \\rate of it.\n',
      ['The BeeTool costs 50 EUR, or 12% of it.'],
    ],
    [
      '\\newcommand{\\both}{\n  Ann\n  and Bo\n}\nAsk \\both.\n\\begin{tabular}{l}a\\\\both\\end{tabular}\n',
      ['Ask Ann and Bo.', 'a; both'],
    ],
    [
      '\\begin{longtable}{ll}\n\\caption{Rooms}\\\\\nName & Size \\\\ \\hline\n\\endfirsthead\nName & Size \\\\\n\\endhead\nGo on \\\\\n\\endfoot\nBlue & 20 \\\\\n\\end{longtable}\n',
      ['Rooms: › Name: Blue · Size: 20'],
    ],
    [
      '\\begin{table}\n\\caption{Fees}\n\\begin{tabular}{ll}\nItem & Fee \\\\\n\\multirow{2}{*}{Pool} & 5 \\\\\n\\end{tabular}\n\\end{table}\n',
      ['Fees: › Item: Pool · Fee: 5'],
    ],
    [
      '\\cventry{2019--2024}{Engineer}{Acme}{Berlin}{}{Built pumps.}\n',
      ['2019–2024, Engineer, Acme, Berlin, Built pumps.'],
    ],
    ['\\cvitem{Languages}{English, German}\n', ['Languages: English, German']],
    ['It costs \\textsterling 500, \\textcolor{red}{not} \\frac{1}{2}.\n', ['It costs £500, not 1/2.']],
    [
      '\\begin{letter}{Bob Ray \\\\ 12 Mill Lane}\nIt is due.\n\\end{letter}\n',
      ['To: Bob Ray, 12 Mill Lane', 'It is due.'],
    ],
  ])('%j', async (text, told) => {
    const own = await statementsOf('a.tex', text)
    const all = own.filter((one) => own.length === 1 || !/\n.*\n/u.test(one))
    expect(all.map((one) => one.replace(/\s+/gu, ' '))).toEqual(told)
  })

  test('commands that hold each other do not grow without end', async () => {
    const name = (i: number) => String.fromCharCode(97 + i)
    const bomb = Array.from({ length: 20 }, (_, i) => `\\def\\x${name(i + 1)}{\\x${name(i)} \\x${name(i)}}`)
    const text = `\\def\\xa{word}\n${bomb.join('\n')}\n\n${'\\xh '.repeat(4_000)}\n`
    expect((await statementsOf('a.tex', text)).join('').length).toBeLessThan(8_000_000)
  })
})

test('a substitution of reStructuredText is filled in, and its definition is no text [G435]', async () => {
  const text =
    '.. |minfw| replace:: firmware\n   4.2.1\n.. |logo| image:: a.png\n\nAt |minfw|\n=========\n\nIt needs |minfw| or |other|, as ``|minfw|`` says.\n\n- Have |minfw|.\n'
  const told = await statementsOf('a.rst', text)
  expect(told).toContain('It needs firmware 4.2.1 or |other|, as |minfw| says.')
  expect(told.join()).not.toMatch(/replace|image/u)
  expect(told.join()).toContain('Have firmware 4.2.1.')
})
