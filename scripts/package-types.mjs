// Compiles every entry point of the package as a strict project would: its types checked too (`skipLibCheck: false`), with
// `lib: ["es2023"]` alone, under both module resolutions, with each set of Node's types that is installed.
//
//   node scripts/package-types.mjs            the built package of this checkout
//   node scripts/package-types.mjs PROJECT    the package that is installed in a project
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { root } from './steps.mjs'

const RESOLUTIONS = { nodenext: 'nodenext', bundler: 'esnext' }
const project = process.argv[2] === undefined ? undefined : resolve(process.argv[2])
const modules = join(project ?? root, 'node_modules')
const { exports } = JSON.parse(
  readFileSync(join(project ? join(modules, 'ganglion') : root, 'package.json'), 'utf8'),
)
const entries = Object.keys(exports).filter((subpath) => typeof exports[subpath] !== 'string')
// A second version of Node's types is installed under another name: npm install types-node-24@npm:@types/node@24
const nodeTypes = ['@types/node', 'types-node-24'].map((name) => join(modules, name)).filter(existsSync)

/** A program in a separate folder below the package or project, where the package's name resolves. */
function folderFor(types, resolution) {
  const folder = mkdtempSync(join(project ?? join(root, 'dist'), 'types-'))
  mkdirSync(join(folder, 'node_modules', '@types'), { recursive: true })
  symlinkSync(types, join(folder, 'node_modules', '@types', 'node'))
  const lines = entries.map(
    (subpath, i) => `export * as entry${i} from '${subpath.replace('.', 'ganglion')}'`,
  )
  writeFileSync(join(folder, 'index.ts'), `${lines.join('\n')}\n`)
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023'],
    types: ['node'],
    module: RESOLUTIONS[resolution],
    moduleResolution: resolution,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['index.ts'] }))
  return folder
}

/** Runs tsc on such a folder. @returns whether it found no error. */
function compile(types, resolution) {
  const { version } = JSON.parse(readFileSync(join(types, 'package.json'), 'utf8'))
  const name = `${entries.length} entry points, ${resolution}, @types/node ${version}`
  const folder = folderFor(types, resolution)
  const child = spawn(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder])
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  return new Promise((done) => {
    child.on('close', (code) => {
      rmSync(folder, { recursive: true })
      process.stdout.write(`${code === 0 ? 'ok  ' : 'FAIL'} ${name}\n${output}`)
      done(code === 0)
    })
  })
}

const results = await Promise.all(
  nodeTypes.flatMap((types) => Object.keys(RESOLUTIONS).map((resolution) => compile(types, resolution))),
)
process.exitCode = results.length > 0 && results.every(Boolean) ? 0 : 1
