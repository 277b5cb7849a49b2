import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { sheetRows, workbookOf } from './knowledge/office-files.ts'

const run = promisify(execFile)
const root = new URL('../../', import.meta.url)

test('a program that runs under tsx reads Office files too [G501]', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ganglion-loader-'))
  try {
    const built = new URL('dist/actors/index.js', root).href
    writeFileSync(
      join(folder, 'service.mts'),
      `import { openFolder } from '${built}'
const notices: string[] = []
const team = await openFolder({ docs: '${folder}/docs', indexDir: '${folder}/index', onNotice: (text) => notices.push(text) })
console.log(JSON.stringify({ notices, answer: (await team.ask('How many desks has Faro?')).answer }))
await team.stop()
`,
    )
    const desks = [
      ['Office', 'Desks'],
      ['Cork', 18],
      ['Faro', 14],
    ]
    mkdirSync(join(folder, 'docs'))
    const xml = `<sheetData>${sheetRows(desks)}</sheetData>`
    writeFileSync(join(folder, 'docs', 'desks.xlsx'), await workbookOf([{ name: 'Sheet1', xml }]))
    const { stdout } = await run(process.execPath, ['--import', 'tsx', join(folder, 'service.mts')], {
      cwd: root,
    })
    expect(JSON.parse(stdout)).toMatchObject({ notices: [], answer: expect.stringContaining('14') })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 60_000)
