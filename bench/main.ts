// npm run -s bench -- SUITE [--json] [--quick]
import { readdirSync } from 'node:fs'
import { print, type Suite } from './result.ts'

const NOT_SUITES = new Set(['main.ts', 'eval-main.ts', 'result.ts'])
const suites = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.ts') && !NOT_SUITES.has(file))
  .map((file) => file.slice(0, -3))
const argv = process.argv.slice(2)
const [name] = argv.filter((word) => !word.startsWith('--'))
if (name === undefined || !suites.includes(name)) {
  process.stderr.write(
    `bench: ${name === undefined ? 'no suite is named' : `there is no suite '${name}'`}; there are: ${suites.join(', ')}\n`,
  )
  process.exitCode = 2
} else {
  const suite = (await import(`./${name}.ts`)) as Suite
  const results = await suite.run({ quick: argv.includes('--quick'), argv })
  print(name, results, argv.includes('--json'))
}
