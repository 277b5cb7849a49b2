// Builds dist/ when a source is newer than the last build. Plain JavaScript: it runs with Node alone.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = join(root, 'dist', '.built')
const sources = ['src', 'actors', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json']

function newest(path) {
  const entry = statSync(path)
  if (!entry.isDirectory()) return entry.mtimeMs
  return readdirSync(path).reduce((most, name) => Math.max(most, newest(join(path, name))), entry.mtimeMs)
}

/** tsc keeps the output of deleted sources, which would still be published. */
function prune(folder) {
  if (!existsSync(join(root, 'dist', folder))) return
  for (const entry of readdirSync(join(root, 'dist', folder), { withFileTypes: true })) {
    const path = join(folder, entry.name)
    const source = entry.isDirectory() ? path : path.replace(/(\.d\.ts|\.js)$/, '.ts')
    if (!existsSync(join(root, source))) rmSync(join(root, 'dist', path), { recursive: true })
    else if (entry.isDirectory()) prune(path)
  }
}

/** Folders of a team that hold data and not code. */
const DATA = ['sample', 'weights']

/** Code finds its data beside it, in the sources and in dist alike. */
function copyData() {
  for (const team of readdirSync(join(root, 'actors')))
    for (const folder of DATA) {
      const from = join(root, 'actors', team, folder)
      if (existsSync(from)) cpSync(from, join(root, 'dist', 'actors', team, folder), { recursive: true })
    }
}

export function build() {
  const latest = Math.max(...sources.map((name) => newest(join(root, name))))
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= latest) return
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}the build failed\n`)
    process.exit(1)
  }
  for (const folder of ['src', 'actors']) prune(folder)
  copyData()
  const worker = join(root, 'dist', 'src', 'inference', 'worker', 'entry', 'thread.js')
  if (!existsSync(worker)) throw new Error(`the build has no ${worker}: inference could not start`)
  chmodSync(join(root, 'dist', 'src', 'cli', 'main.js'), 0o755)
  writeFileSync(stamp, '')
  // Sources that changed while tsc ran count as newer than this build.
  utimesSync(stamp, latest / 1000, latest / 1000)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build()
