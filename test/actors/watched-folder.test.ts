import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FolderOptions } from '../../actors/question-answering/folder-options.ts'
import { openFolder, type QuestionAnswering } from '../../actors/question-answering/open-folder.ts'
import { createInference, type InferenceEngine } from '../../src/inference/index.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import { until } from '../../src/testkit/until.ts'
import { folderOf } from '../cli/cli.ts'

const QUESTION = 'What colour is the pump?'
let engine: InferenceEngine
let indexDir: string
const folders: string[] = []

beforeAll(async () => {
  engine = createInference({ kernel: platformKernel(), workers: 1 })
  indexDir = await mkdtemp(join(tmpdir(), 'ganglion-index-'))
})
afterAll(async () => {
  await engine.stop()
  for (const folder of [indexDir, ...folders]) await rm(folder, { recursive: true, force: true })
})

async function pumps(colour: string): Promise<string> {
  const folder = await folderOf({ 'pump.md': `The pump is ${colour}.\n` })
  folders.push(folder)
  return folder
}

const paint = (folder: string, colour: string) =>
  writeFile(join(folder, 'pump.md'), `The pump is ${colour}.\n`)

const watched = (docs: string, more: Partial<FolderOptions> = {}) =>
  openFolder({ docs, indexDir, inference: engine, reader: false, watch: true, ...more })

/** Waits for the folder as it is; where it gives another answer, `until` throws. */
async function answers(team: QuestionAnswering, colour: string): Promise<void> {
  for (;;) {
    const { index } = team
    const { answer, sources } = await team.ask(QUESTION)
    if (answer === `The pump is ${colour}.`) return expect(sources[0]?.file).toBe('pump.md')
    await until(() => team.index !== index, { timeoutMs: 20_000 })
  }
}

describe('a watched folder', () => {
  test('counts a changed file by itself, and the rules of its .gitignore', async () => {
    const docs = await pumps('blue')
    await using team = await watched(docs)
    await paint(docs, 'green')
    await answers(team, 'green')
    await writeFile(join(docs, 'hose.md'), 'The hose is long.\n')
    await until(() => team.index.files === 2, { timeoutMs: 20_000 })
    await writeFile(join(docs, '.gitignore'), 'hose.md\n')
    await until(() => team.index.files === 1, { timeoutMs: 20_000 })
  })

  test('counts what changes while it is opened [G244]', async () => {
    const docs = await pumps('blue')
    await writeFile(join(docs, 'tank.md'), `The tank holds ${Date.now()} litres.\n`)
    // It has been read by then.
    let painted: Promise<void> | undefined
    const onProgress = () => {
      painted ??= paint(docs, 'green')
    }
    await using team = await watched(docs, { onProgress })
    await painted
    await answers(team, 'green')
  })

  test('counts changes beside a file that is written to all the time [G244]', async () => {
    const docs = await pumps('blue')
    await using team = await watched(docs)
    await paint(docs, 'green')
    let line = 0
    const log = setInterval(() => {
      line += 1
      void writeFile(join(docs, 'log.txt'), `Line ${line}.\n`)
    }, 50)
    await answers(team, 'green').finally(() => clearInterval(log))
  })

  test('is the folder that stands there: made again, renamed there, or behind a link that was moved [G244]', async () => {
    const [docs, other, third] = [await pumps('blue'), await pumps('white'), await pumps('grey')]
    const link = `${docs}-link`
    folders.push(link)
    await symlink(docs, link)
    await using team = await watched(link)
    await rm(docs, { recursive: true })
    await mkdir(docs)
    await paint(docs, 'green')
    await answers(team, 'green')
    await paint(docs, 'pink')
    await answers(team, 'pink')
    await symlink(other, `${link}-next`)
    await rename(`${link}-next`, link)
    await answers(team, 'white')
    await paint(other, 'red')
    await answers(team, 'red')
    await rename(other, `${other}-old`)
    folders.push(`${other}-old`)
    await rename(third, other)
    await answers(team, 'grey')
    await paint(other, 'black')
    await answers(team, 'black')
  })
})
