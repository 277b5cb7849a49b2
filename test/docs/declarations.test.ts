import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

import { STRICT } from './blocks.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What a compiler that writes declarations says of a module in a project that has installed the package. */
function declarationErrors(code: string): string[] {
  const project = mkdtempSync(join(tmpdir(), 'ganglion-declarations-'))
  try {
    mkdirSync(join(project, 'node_modules'))
    symlinkSync(ROOT, join(project, 'node_modules', 'ganglion'))
    for (const name of ['zod', '@types'])
      symlinkSync(join(ROOT, 'node_modules', name), join(project, 'node_modules', name))
    const file = join(project, 'index.mts')
    writeFileSync(file, code)
    const program = ts.createProgram([file], {
      ...STRICT,
      declaration: true,
      // As if it were installed, and not linked: within a checkout each file could be named.
      preserveSymlinks: true,
    })
    return [...ts.getPreEmitDiagnostics(program), ...program.getDeclarationDiagnostics()].map(
      ({ file: where, start = 0, messageText }) =>
        `line ${(where?.getLineAndCharacterOfPosition(start).line ?? -1) + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    )
  } finally {
    rmSync(project, { recursive: true })
  }
}

test('[G205] a module with declarations exports values of the package without annotations', {
  timeout: 120_000,
}, () => {
  expect(declarationErrors(readFileSync(join(ROOT, 'test/types/exported-values.ts'), 'utf8'))).toEqual([])
})
