import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AskResult } from '../../actors/question-answering/ask-result.ts'
import { errorLine } from '../../src/cli/exit.ts'
import type { ModelCard } from '../../src/inference/repository/model-card.ts'
import { dropAfter, HubServer, hang } from '../inference/repository/hub-server.ts'
import { hasSmallDisks, onSmallDisk } from '../journal/small-disk.ts'
import { folderOf, run, start } from './cli.ts'

const HANDBOOK = {
  'warranty.md':
    '# Kettle handbook\n\n## Warranty\n\nEvery kettle is covered by a warranty of 30 months from the day of purchase.\nThe warranty does not cover limescale.\n\n## Repairs\n\nRepairs are carried out in our workshop in Lyon.\nMarie Dubois runs the workshop.\n',
  'notes/shipping.txt':
    'Orders above 50 euros are shipped free of charge.\n\nParcels leave the warehouse every Tuesday.\n',
  'about.html':
    '<html><head><title>About us</title><script>var hidden = 1</script></head><body>\n<h1>About the company</h1>\n<p>The company was founded in 1987 by Ada Brenner &amp; sons.</p>\n</body></html>\n',
  'limits.json':
    '{\n  "limits": {\n    "returns": "Goods may be returned within 14 days of delivery.",\n    "voltage": 230\n  }\n}\n',
}
const MODEL = new URL('../../models/all-minilm-l6-v2', import.meta.url).pathname
const WARRANTY = 'How long is the warranty of a kettle?'
const small = await hasSmallDisks()
let docs: string
let cache: string

beforeAll(async () => {
  docs = await folderOf(HANDBOOK)
  cache = await mkdtemp(join(tmpdir(), 'ganglion-cache-'))
  const { stderr } = await run(['ask', '--docs', docs, '--json', WARRANTY], { cache })
  expect(stderr).toMatch(/^indexing \d+\/\d+ passages, \d+\/s, 0 s left\n$/u)
})
afterAll(async () => {
  await rm(docs, { recursive: true })
  await rm(cache, { recursive: true })
})

const askJson = async (question: string, ...flags: string[]): Promise<AskResult> => {
  const { stdout, stderr, code } = await run(['ask', '--docs', docs, '--json', ...flags, question], { cache })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return JSON.parse(stdout) as AskResult
}

describe('answers', () => {
  test('one JSON document with answer, span, sources, confidence, path and timing', async () => {
    const result = await askJson(WARRANTY)
    expect(result).toMatchObject({ question: WARRANTY, abstained: false })
    expect(result.answer).toBe('Every kettle is covered by a warranty of 30 months from the day of purchase.')
    expect(result.answer).toContain(result.span)
    expect(result.sources[0]).toMatchObject({ file: 'warranty.md', line: 5 })
    expect(HANDBOOK['warranty.md']).toContain(result.sources[0]?.passage)
    expect(result.confidence).toBeGreaterThan(0)
    expect(result.confidence).toBeLessThanOrEqual(1)
    const processors = result.path.map((step) => step.processor)
    for (const name of [
      'question',
      'dense',
      'lexical',
      'fuse',
      'similarity',
      'overlap',
      'answerType',
      'vote',
      'answer',
    ]) {
      expect(processors).toContain(name)
    }
    expect(result.timing.answerMs).toBeGreaterThan(0)
    expect(result.explain).toBeUndefined()
  })

  test('text, HTML and JSON documents answer too, with the line of the file', async () => {
    const free = await askJson('When is shipping free?')
    expect(free.sources[0]).toMatchObject({ file: 'notes/shipping.txt', line: 1 })
    const founded = await askJson('Who founded the company?')
    expect(founded.answer).toBe('The company was founded in 1987 by Ada Brenner & sons.')
    expect(founded.sources[0]).toMatchObject({ file: 'about.html', line: 3 })
    const returns = await askJson('Within how many days may goods be returned?')
    expect(returns.sources[0]).toMatchObject({ file: 'limits.json', line: 3 })
  })

  test('a question that the documents can not answer is not answered', async () => {
    const result = await askJson('Which quarterback won the Super Bowl in 2015?')
    expect(result).toMatchObject({ answer: null, span: null, abstained: true })
  })

  test('--explain shows headers, frame sizes, lifecycle states, A, votes and attempts', async () => {
    const { explain } = await askJson(WARRANTY, '--explain')
    const { names, A } = explain?.matrix ?? { names: [], A: [] }
    expect(A).toHaveLength(names.length)
    expect(A[names.indexOf('fuse')]?.[names.indexOf('dense')]).toBeGreaterThan(0)
    expect(explain?.messages.every((message) => (message.frameBytes ?? 0) > 16)).toBe(true)
    expect(explain?.messages[0]?.header).toMatchObject({ attempt: 1, source: { state: 'running' } })
    expect(explain?.votes[0]?.statement).toContain('30 months')
    expect(explain?.processors.every((processor) => processor.states.at(-1) === 'running')).toBe(true)
    expect(explain?.joins.map((join) => join.merge)).toEqual(['fuse', 'vote'])
  })

  test('people get the answer, how sure it is, and its sources', async () => {
    const { stdout, code } = await run(['ask', '--docs', docs, WARRANTY], { cache })
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^\nEvery kettle .* purchase\.\nconfidence \d+ % \(high\)\n\nSources\n1\. warranty\.md:5/u,
    )
    expect(stdout).not.toContain('Path')
  })

  test('an answer of little confidence is given with that reserve, unless more is asked for', async () => {
    const question = 'Who runs the bakery?'
    const doubted = await askJson(question, '--min-confidence', '0')
    expect(doubted).toMatchObject({ abstained: false, sure: false })
    const args = ['ask', '--docs', docs, question, '--min-confidence']
    expect((await run([...args, '0'], { cache })).stdout).toMatch(
      /^\nNot sure: .*\nconfidence \d+ % \(low\)/u,
    )
    const asked = String(Math.min(1, doubted.confidence + 0.01))
    expect((await run([...args, asked], { cache })).stdout).toMatch(/no answer that I am confident of/u)
    expect(await askJson(WARRANTY, '--min-confidence', '1')).toMatchObject({ answer: null, sure: false })
  })

  test('FORCE_COLOR colours what goes into a pipe, and decides before NO_COLOR', async () => {
    const coloured = await run(['ask', '--docs', docs, WARRANTY], { cache, env: { FORCE_COLOR: '1' } })
    expect(coloured.stdout).toContain('\u001b[1m')
    const plain = await run(['ask', '--docs', docs, WARRANTY], { cache, env: { FORCE_COLOR: '0' } })
    expect(plain.stdout).not.toContain('\u001b')
  })

  test('a time limit may be a number of milliseconds', async () => {
    expect((await askJson(WARRANTY, '--timeout', '20000')).answer).toContain('30 months')
  })

  test('with --explain people also get the path and all that explains it', async () => {
    const { stdout, code } = await run(['ask', '--docs', docs, '--explain', WARRANTY], { cache })
    expect(code).toBe(0)
    expect(stdout).toContain('warranty.md:5')
    expect(stdout).toMatch(/confidence \d+ %/u)
    expect(stdout).toMatch(/fuse +\d/u)
    expect(stdout).toContain('Routing matrix A')
  })

  test('--batch answers line by line in input order, and a bad line keeps its place', async () => {
    const file = join(cache, 'questions.jsonl')
    const lines = [
      JSON.stringify({ id: 'a', question: WARRANTY }),
      'not json',
      JSON.stringify({ id: 'c', question: 'Where are repairs done?' }),
    ]
    await writeFile(file, `${lines.join('\n')}\n`)
    const { stdout, code, stderr } = await run(['ask', '--docs', docs, '--batch', file], { cache })
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; answer?: string; error?: { code: string } })
    expect(answers.map((answer) => answer.id)).toEqual(['a', null, 'c'])
    expect(answers[0]?.answer).toContain('30 months')
    expect(answers[1]?.error?.code).toBe('usage')
    expect(code).toBe(1)
    expect(stderr).toContain(`1 question of the batch file ${file} could not be answered; see its "error"`)
  })

  test('--batch - reads standard input, and gives an id back as it came', async () => {
    const batch = start(['ask', '--docs', docs, '--batch', '-'], { cache })
    batch.child.stdin?.end(`[{ "question": "${WARRANTY}", "id": 12345678901234567890 }]`)
    const { stdout, code } = await batch.ended
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\{"id":12345678901234567890,.*30 months/u)
  })

  test('the prompt answers many questions over one load', async () => {
    const prompt = start(['ask', '--docs', docs], { cache })
    await prompt.saw('4 documents')
    prompt.child.stdin?.write(`${WARRANTY}\n`)
    await prompt.saw('30 months', 'stdout')
    prompt.child.stdin?.write('   \nWho runs the workshop?\n')
    await prompt.saw('Marie Dubois', 'stdout')
    prompt.child.stdin?.write(':explain\n')
    await prompt.saw('Routing matrix A', 'stdout')
    prompt.child.stdin?.write(':sources\n:help\n:nonsense\n')
    await prompt.saw("there is no command ':nonsense'")
    prompt.child.stdin?.end()
    expect(await prompt.ended).toMatchObject({ code: 0 })
  })
})

describe('the index', () => {
  test('is kept, embeds only what changed, and survives damage', async () => {
    const own = await folderOf(HANDBOOK)
    const index = await mkdtemp(join(tmpdir(), 'ganglion-index-'))
    const indexed = async () => {
      const { stderr, code } = await run(['ask', '--docs', own, '--index', index, '--json', WARRANTY], {
        cache,
      })
      expect(code).toBe(0)
      return stderr
    }
    expect(await indexed()).toContain('indexing')
    expect(await indexed()).toBe('')
    await writeFile(join(own, 'notes/shipping.txt'), 'Parcels leave the warehouse every Friday.\n')
    expect(await indexed()).toMatch(/indexing 1\/1 passages/u)
    expect((await readdir(index)).sort()).toEqual(['passages.gz', 'vectors.bin'])
    const path = join(index, 'vectors.bin')
    await truncate(path, (await readFile(path)).length - 10)
    expect(await indexed()).toMatch(/vectors\.bin is truncated; rebuilding the missing part/u)
    expect(await indexed()).toBe('')
    await writeFile(path, 'something else that is not an index, and longer than a header')
    expect(await indexed()).toMatch(/is not an index/u)
    await rm(own, { recursive: true })
    await rm(index, { recursive: true })
  })
})

describe('the cache folder', () => {
  test('may be shared: processes that index one folder at once all answer, and leave one whole index [G180]', async () => {
    const own = await mkdtemp(join(tmpdir(), 'ganglion-cache-'))
    const args = ['ask', '--docs', docs, '--json', WARRANTY]
    const ended = await Promise.all([1, 2, 3].map(() => run(args, { cache: own })))
    for (const { code, stdout, stderr } of ended) {
      expect(code).toBe(0)
      expect((JSON.parse(stdout) as AskResult).answer).toContain('30 months')
      expect(stderr).toMatch(/^(?:indexing .*\n)?$/u)
    }
    expect(await run(args, { cache: own })).toMatchObject({ code: 0, stderr: '' })
    const left = await readdir(own, { recursive: true })
    expect(left.filter((name) => name.endsWith('.part'))).toEqual([])
    await rm(own, { recursive: true })
  })

  test('holds our index and nothing of the model runtime, which reports nothing to its maker', async () => {
    const own = await mkdtemp(join(tmpdir(), 'ganglion-cache-'))
    const { code } = await run(['ask', '--docs', docs, WARRANTY], { cache: own })
    expect(code).toBe(0)
    expect(await readdir(own)).toEqual(['ganglion'])
    await rm(own, { recursive: true })
  })
})

describe('an index that can not be stored', () => {
  test('is said in one line with what to do, and the question is answered', async () => {
    const blocked = join(cache, 'a-file')
    await writeFile(blocked, 'in the way')
    const { stdout, stderr, code } = await run(
      ['ask', '--docs', docs, '--index', join(blocked, 'index'), WARRANTY],
      { cache },
    )
    expect(code).toBe(0)
    expect(stdout).toContain('30 months')
    const said = stderr.split('\n').filter((line) => line.startsWith('ganglion:'))
    expect(said).toEqual([expect.stringMatching(/can't be stored in .* \(ENOTDIR\).*--index DIR/u)])
  })

  test.runIf(small)('also for want of room on its disk [G189]', async () => {
    const fill = 'head -c 2097152 /dev/zero > "$DISK/filler" 2>/dev/null'
    const ask = 'XDG_CACHE_HOME="$DISK" "$0" dist/src/cli/main.js ask --docs "$1" "$2" 2>&1'
    const command = [
      'sh',
      '-c',
      `${fill}; ${ask} && ls -A "$DISK"/ganglion/*`,
      process.execPath,
      docs,
      WARRANTY,
    ]
    const shown = await onSmallDisk(1, command)
    expect(shown).toContain('30 months')
    expect(shown.match(/^ganglion: .*/gmu)).toEqual([
      expect.stringMatching(/can't be stored in .* \(ENOSPC\).*--index DIR/u),
    ])
    expect(shown).not.toMatch(/\.(?:part|tmp|bin|gz)$/mu)
  })
})

describe('a shell that allows few open files', () => {
  test('is enough with 64: the folder is indexed, stored and answered [G163]', async () => {
    const own = await mkdtemp(join(tmpdir(), 'ganglion-cache-'))
    for (const said of [/^indexing .*\n$/u, /^$/u]) {
      const ended = await run(['ask', '--docs', docs, WARRANTY], { cache: own, openFiles: 64 })
      expect(ended.stdout).toContain('30 months')
      expect(ended.stderr).toMatch(said)
      expect(ended.code).toBe(0)
    }
    await rm(own, { recursive: true })
  })

  test('is named with what to do where it is not enough', () => {
    const remedy = /^ganglion: .*too few open files.*ulimit -n 1024\n$/u
    expect(errorLine(Object.assign(new Error('too many'), { code: 'EMFILE' }))).toMatch(remedy)
    expect(errorLine(new Error('nothing to read (a.md: EMFILE: too many open files)'))).toMatch(remedy)
  })
})

describe('a model from a hub', () => {
  test('is fetched with its progress on stderr, once, and answers', async () => {
    const hub = await HubServer.start()
    const own = await mkdtemp(join(tmpdir(), 'ganglion-cache-'))
    const card = JSON.parse(await readFile(join(MODEL, 'model.json'), 'utf8')) as ModelCard
    const files = Object.fromEntries(
      await Promise.all(
        ['model.onnx', 'tokenizer.json'].map(async (file) => [file, await readFile(join(MODEL, file))]),
      ),
    ) as Record<string, Buffer>
    hub.publish('far-away', '1.0.0', files, { ...card, name: 'far-away', version: '1.0.0' })
    hub.fault('/far-away/1.0.0/model.onnx', dropAfter(12_000_000))
    const args = ['ask', '--docs', docs, '--no-reader', '--model', 'far-away', '--hub', hub.base, '--json']
    const first = await run([...args, WARRANTY], { cache: own })
    expect(first.code).toBe(0)
    expect((JSON.parse(first.stdout) as AskResult).answer).toContain('30 months')
    const whole = `${((files['model.onnx'] as Buffer).length / 1e6).toFixed(1)} MB`
    expect(first.stderr).toContain(`fetching far-away 1.0.0, model.onnx: ${whole} of ${whole}\n`)
    // A line every tenth, and not one a piece.
    expect(first.stderr.match(/model\.onnx: /gu)?.length).toBeLessThanOrEqual(10)
    const second = await run([...args, WARRANTY], { cache: own })
    expect(second).toMatchObject({ code: 0, stderr: '' })
    await hub.stop()
    await rm(own, { recursive: true })
  })
})

describe('bad input', () => {
  const refused = async (args: string[], code: number, text: RegExp | string) => {
    const ended = await run(args, { cache })
    expect(ended.stdout).toBe('')
    expect(ended.code).toBe(code)
    expect(ended.stderr).toMatch(text)
  }

  test('a folder that is missing or empty', async () => {
    await refused(['ask', '--docs', join(docs, 'nowhere'), WARRANTY], 2, /there is no folder .*nowhere/u)
    const empty = await folderOf({ 'picture.png': 'x' })
    await refused(
      ['ask', '--docs', empty, WARRANTY],
      1,
      /there is nothing to read in .* \(not read: 1 \.png\)/u,
    )
    await refused(['ask', WARRANTY], 2, /--docs DIR/u)
  })

  test('files that are binary, huge or empty are skipped and named, another charset is told; the rest continues', async () => {
    const mixed = await folderOf({
      ...HANDBOOK,
      'binary.txt': Uint8Array.of(65, 0, 66, 0, 1),
      'latin1.md': Uint8Array.of(0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72),
      'empty.md': ' \n',
      'broken.json': '{ "a": ',
      'huge.txt': 'a '.repeat(50 * 1024 * 1024),
    })
    const { stdout, stderr, code } = await run(['ask', '--docs', mixed, '--json', WARRANTY], { cache })
    expect(code).toBe(0)
    expect((JSON.parse(stdout) as AskResult).answer).toContain('30 months')
    expect(stderr).toContain('skipped binary.txt: is binary')
    expect(stderr).toContain('latin1.md: it is not UTF-8 and was read as Windows-1252')
    expect(stderr).toContain('skipped empty.md: is empty')
    expect(stderr).toContain('skipped huge.txt: is larger than 20 MB')
    expect(stderr).toMatch(/skipped broken\.json: is not valid JSON: .* on line 1/u)
    await rm(mixed, { recursive: true })
  })

  test('questions that are none', async () => {
    await refused(['ask', '--docs', docs, ''], 2, /the question is empty/u)
    await refused(['ask', '--docs', docs, ' \t '], 2, /the question is empty/u)
    await refused(['ask', '--docs', docs, '🎉🎉'], 2, /no letter and no digit/u)
    await refused(['ask', '--docs', docs, 'why '.repeat(25_000)], 2, /the question has \d+ characters/u)
  })

  test('flags that are unknown or make no sense', async () => {
    await refused(['ask', '--docs', docs, '--jsn', WARRANTY], 2, /unknown option '--jsn'[\s\S]*--json/u)
    await refused(['aks', '--docs', docs], 2, /unknown command 'aks'[\s\S]*ask/u)
    await refused(['ask', '--docs', docs, '--workers', 'many', WARRANTY], 2, /--workers is 'many'/u)
    await refused(
      ['ask', '--docs', docs, '--workers', '4096', WARRANTY],
      2,
      /workers is 4096 on a machine with/u,
    )
    await refused(['ask', '--docs', docs, '--min-confidence', '2', WARRANTY], 2, /--min-confidence is '2'/u)
    await refused(
      ['ask', '--docs', docs, '--timeout', '5 parsecs', WARRANTY],
      2,
      /--timeout is not a duration/u,
    )
    await refused(
      ['ask', '--docs', docs, '--batch', join(docs, 'none.jsonl')],
      2,
      /batch file .* can't be read/u,
    )
  })

  test('models that are missing, damaged or no embedding models', async () => {
    await refused(['ask', '--docs', docs, '--model', join(docs, 'none'), WARRANTY], 1, /there is no model/u)
    const model = await mkdtemp(join(tmpdir(), 'ganglion-model-'))
    await cp(MODEL, model, { recursive: true })
    await truncate(join(model, 'model.onnx'), 1000)
    await refused(
      ['ask', '--docs', docs, '--model', model, WARRANTY],
      1,
      /not the file that its card describes/u,
    )
    await rm(model, { recursive: true })
  })

  test('Ctrl-C while a model is fetched leaves at once', async () => {
    const hub = await HubServer.start()
    hub.publish('far-away', '1.0.0', { 'model.onnx': Buffer.alloc(9) })
    const asked = new Promise<void>((resolve) => {
      hub.onRequest = ({ path }) => {
        if (path.endsWith('model.onnx')) resolve()
      }
    })
    hub.fault('/far-away/1.0.0/model.onnx', hang)
    const own = await mkdtemp(join(tmpdir(), 'ganglion-cache-'))
    const args = ['ask', '--docs', docs, '--no-reader', '--model', 'far-away', '--hub', hub.base, WARRANTY]
    const fetching = start(args, { cache: own })
    await asked
    fetching.child.kill('SIGINT')
    expect(await fetching.ended).toMatchObject({ code: 130, stdout: '' })
    await hub.stop()
    await rm(own, { recursive: true })
  })

  test('a hub that is no address, or away', async () => {
    await refused(['ask', '--docs', docs, '--hub', 'models', WARRANTY], 2, /--hub is not .*: 'models'/u)
    const away = ['--hub', 'http://127.0.0.1:9/', '--no-reader', '--model', 'from-nowhere']
    await refused(['ask', '--docs', docs, ...away, WARRANTY], 1, /127\.0\.0\.1:9/u)
  })

  test('a closed stdout ends the work quietly', async () => {
    const file = join(cache, 'many.jsonl')
    await writeFile(
      file,
      Array.from({ length: 400 }, (_, i) => JSON.stringify({ id: i, question: WARRANTY })).join('\n'),
    )
    const main = new URL('../../dist/src/cli/main.js', import.meta.url).pathname
    const command = `"${process.execPath}" "${main}" ask --docs "${docs}" --batch "${file}" | head -n 1; echo "\${PIPESTATUS[0]}"`
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', command], {
      env: { ...process.env, XDG_CACHE_HOME: cache },
    })
    const [first, status] = stdout.trim().split('\n')
    expect((JSON.parse(first as string) as { id: number }).id).toBe(0)
    expect(status).toBe('0')
    expect(stderr).toBe('')
  })

  test('Ctrl-C while indexing leaves cleanly, and the next start continues from there', async () => {
    const many = await folderOf(
      Object.fromEntries(
        Array.from({ length: 600 }, (_, i) => [
          `doc-${i}.md`,
          `# Document ${i}\n\nThe code of locker ${i} is ${i * 37 + 11}, and it stands on floor ${i % 9}.\n`,
        ]),
      ),
    )
    const index = await mkdtemp(join(tmpdir(), 'ganglion-index-'))
    const args = ['ask', '--docs', many, '--index', index, '--json', 'What is the code of locker 17?']
    const first = start(args, { cache })
    await first.saw('indexing ')
    first.child.kill('SIGINT')
    const { code, stdout, stderr } = await first.ended
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
    expect(stderr).toContain('stopped by SIGINT')
    const second = await run(args, { cache })
    expect(second.code).toBe(0)
    const total = Number(/indexing \d+\/(\d+) passages/u.exec(second.stderr)?.[1])
    expect(total).toBeLessThan(600)
    expect((JSON.parse(second.stdout) as AskResult).answer).toContain('640')
    await rm(many, { recursive: true })
    await rm(index, { recursive: true })
  })

  test('Ctrl-C at the prompt leaves cleanly', async () => {
    const prompt = start(['ask', '--docs', docs], { cache })
    await prompt.saw('4 documents')
    prompt.child.kill('SIGINT')
    expect(await prompt.ended).toMatchObject({ signal: null, code: 130 })
  })
})
