import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { files } from './files.ts'

const numbers = (text: string, pattern: RegExp): string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, number]) => number as string))].sort()

test('every guarantee is cited by a test, and every citation is of a guarantee', () => {
  const promised = numbers(readFileSync('docs/guarantees.md', 'utf8'), /^- \*\*(G\d+)\*\*/gm)
  const tests = files('.ts', 'test').map(({ text }) => text)
  expect(promised.length).toBeGreaterThan(20)
  expect(numbers(tests.join('\n'), /\[(G\d+)\]/g)).toEqual(promised)
})

test('each kind of failure names scenarios and guarantees that exist', () => {
  const page = readFileSync('docs/guarantees.md', 'utf8')
  const kinds = (page.split('## Kinds of failure')[1] ?? '').split('\n## ')[0] ?? ''
  const rows = [...kinds.matchAll(/^\| (.+) \| (G\d.*) \| (`.*`) \|$/gm)]
  expect(rows.length).toBeGreaterThan(8)
  const scenarios = files('.sim.ts', 'test/simulation/scenarios').map(({ file }) => file)
  for (const [, , guarantees = '', plays = ''] of rows) {
    for (const name of plays.split(', '))
      expect(scenarios).toContain(`test/simulation/scenarios/${name.slice(1, -1)}.sim.ts`)
    for (const number of guarantees.split(', ')) expect(page).toContain(`- **${number}** `)
  }
})

test('only the kernel and the command line read clocks, set timers, or draw random numbers', () => {
  const reach =
    /\b(Date\.now|new Date\(\)|performance\.now|setTimeout|setInterval|setImmediate|queueMicrotask|Math\.random|randomUUID|randomBytes|process\.hrtime)\b/
  // XState's clock is an object with a method of that name; ours is one.
  const isMethod = /^\s*setTimeout\(.*\) \{$/
  const offenders = files('.ts', 'src', 'actors')
    .filter(({ file }) => !/^src\/(kernel|cli)\//.test(file))
    .flatMap(({ file, text }) =>
      text
        .split('\n')
        .filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line) && !isMethod.test(line) && reach.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    )
  expect(offenders).toEqual([])
})

test('the lockfile names no host, and holds every platform, so that npm ci works against any registry', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<
      string,
      { version?: string; resolved?: string; optionalDependencies?: Record<string, string> }
    >
  }
  const hosts = Object.values(packages).filter(({ resolved }) => resolved?.includes('://'))
  expect(hosts).toEqual([])
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
    ),
  )
  expect(missing).toEqual([])
})

test('no test is set aside', () => {
  const aside = files('.ts', 'test').filter(({ text }) =>
    /\b(test|it|describe)\.(only|skip|todo)\(/.test(text),
  )
  expect(aside.map(({ file }) => file)).toEqual([])
})
