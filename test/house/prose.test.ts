import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** Patterns that CONTRIBUTING lists and that never occur in good English prose or in our identifiers. */
const BANNED = [
  /\bmend(?:s|ed|ing)?\b/iu,
  /\bcounts? for nothing\b/iu,
  /\bfor ever\b/iu,
  /\b(?:is|are) let (?:run|go|end|out|in)\b/iu,
  /\ban actor can['’]t be called\b/iu,
  /\bunder way\b/iu,
  /\bgives? back\b/iu,
  /\b(?:made|makes?|begins?|starts?|set) anew\b/iu,
  /\ball the same\b/iu,
  /(?<!\bthere )\b(?:is|are) no (?:definition|merge|node|actor|string|error|function|scenario|pipeline|processor|page)\b/iu,
  /\bremedy: ['`"]Give (?:an?|one)\b/u,
]

/** The list of patterns itself, and this test. */
const EXEMPT: ReadonlySet<string> = new Set(['CONTRIBUTING.md', 'test/house/prose.test.ts'])

/** Tracked files and new ones that git does not ignore. */
function prose(): string[] {
  const roots = ['src', 'actors', 'bench', 'docs', 'examples/*.ts', 'models', 'scripts', 'test', '*.md']
  return execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...roots], { encoding: 'utf8' })
    .split('\n')
    .filter((file) => /\.(?:ts|mjs|md|py)$/u.test(file) && !EXEMPT.has(file) && !file.includes('data/'))
}

test('prose holds no phrase that CONTRIBUTING bans', () => {
  const found = prose().flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, i) =>
        BANNED.some((pattern) => pattern.test(line)) ? [`${file}:${i + 1} ${line.trim()}`] : [],
      ),
  )
  expect(found).toEqual([])
})
