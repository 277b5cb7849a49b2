import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A code block of a page, and the heading that it stands under. */
export interface Block {
  readonly title: string
  readonly line: number
  readonly code: string
}

/** What a program wrote, or is promised to write: lines without their ends. */
export interface Output {
  readonly stdout: readonly string[]
  readonly stderr: readonly string[]
}

/** The blocks of one language on a page of docs/ or the README. */
export function blocksOf(page: string, language = 'ts'): Block[] {
  const blocks: Block[] = []
  let title = page
  let open: { title: string; line: number; code: string[] } | undefined
  for (const [at, line] of readFileSync(join(ROOT, page), 'utf8').split('\n').entries()) {
    if (open !== undefined) {
      if (line !== '```') open.code.push(line)
      else {
        blocks.push({ ...open, code: open.code.join('\n') })
        open = undefined
      }
    } else if (line === `\`\`\`${language}`) open = { title, line: at + 2, code: [] }
    else if (line.startsWith('#')) title = line.replace(/^#+ /u, '')
  }
  return blocks
}

/** The blocks of a page that is one program, each at its own line. */
export function programOf(blocks: readonly Block[]): Block {
  const { title = '', line = 1 } = blocks[0] ?? {}
  const lines: string[] = []
  for (const block of blocks) {
    while (lines.length < block.line - line) lines.push('')
    lines.push(...block.code.split('\n'))
  }
  return { title, line, code: lines.join('\n') }
}

/** What a block says that it prints: `// → a line of stdout`, `// stderr → a line of stderr`, in order. */
export function promised({ code }: Block): Output {
  const after = (pattern: RegExp) => [...code.matchAll(pattern)].map(([, line]) => line as string)
  return { stdout: after(/\/\/ → (.*)$/gmu), stderr: after(/\/\/ stderr → (.*)$/gmu) }
}

/** A strict project of a user's. */
export const STRICT: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  strict: true,
  skipLibCheck: true,
}
const OPTIONS: ts.CompilerOptions = {
  ...STRICT,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  noEmit: true,
}

/** The blocks as files of a program of their own, against the built package: what a user's compiler would say. */
export function typeErrors(blocks: readonly Block[]): string[] {
  const files = new Map(blocks.map((block) => [join(ROOT, `block-${block.line}.ts`), block]))
  const host = ts.createCompilerHost(OPTIONS)
  const { getSourceFile, fileExists, readFile } = host
  host.getSourceFile = (name, target) =>
    files.has(name)
      ? ts.createSourceFile(name, files.get(name)?.code ?? '', target)
      : getSourceFile(name, target)
  host.fileExists = (name) => files.has(name) || fileExists(name)
  host.readFile = (name) => files.get(name)?.code ?? readFile(name)
  const program = ts.createProgram([...files.keys()], OPTIONS, host)
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const text = ts.flattenDiagnosticMessageText(messageText, ' ')
    const block = files.get(file?.fileName ?? '')
    if (file === undefined || block === undefined) return text
    return `line ${block.line + file.getLineAndCharacterOfPosition(start).line}: ${text}`
  })
}

/** Runs a block as the file that a reader would make of it. Rejects when it exits otherwise than with 0. */
export async function runBlock({ code }: Block): Promise<Output> {
  const { outputText } = ts.transpileModule(code, { compilerOptions: OPTIONS, fileName: 'block.mts' })
  // Within the package, where its own name resolves.
  const folder = mkdtempSync(join(ROOT, 'dist', 'block-'))
  try {
    writeFileSync(join(folder, 'block.mjs'), outputText)
    return await new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        [join(folder, 'block.mjs')],
        { timeout: 15_000 },
        (error, stdout, stderr) => {
          if (error === null) resolve({ stdout: lines(stdout), stderr: lines(stderr) })
          else reject(new Error(`${error.message}\n${stdout}`))
        },
      )
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const lines = (text: string): string[] => text.split('\n').slice(0, -1)
