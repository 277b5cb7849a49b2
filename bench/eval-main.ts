// npm run -s eval -- [TEAM] [--docs DIR --questions FILE.jsonl] [--json]
import { readdirSync } from 'node:fs'
import { print, type Suite } from './result.ts'

const namesIn = (folder: string) => readdirSync(new URL(folder, import.meta.url))
// A team is a folder of actors; its evaluation has the same name.
const teams = namesIn('../actors').filter((team) => namesIn('./eval').includes(`${team}.ts`))
const argv = process.argv.slice(2)
const first = argv[0]
const team = first === undefined || first.startsWith('--') || first === 'qa' ? 'question-answering' : first
if (!teams.includes(team)) {
  process.stderr.write(`eval: there is no team '${team}'; there are: ${teams.join(', ')}\n`)
  process.exitCode = 2
} else {
  const suite = (await import(`./eval/${team}.ts`)) as Suite
  const results = await suite.run({ quick: argv.includes('--quick'), argv })
  print(team, results, argv.includes('--json'))
}
