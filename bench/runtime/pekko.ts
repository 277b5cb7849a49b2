import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('./pekko/', import.meta.url))

/** Pekko typed on the same tasks, with one dispatcher thread: rates per second by name, or the reason why it can't run. */
export function pekko(scale: number, rounds: number): ReadonlyMap<string, number> | string {
  for (const program of ['java', 'mvn']) {
    if (spawnSync(program, ['-version']).status !== 0) return `'${program}' is not installed`
  }
  const run = ['-q', '-B', 'compile', 'exec:java', `-Dexec.args=${scale} ${rounds}`]
  const { status, stdout } = spawnSync('mvn', run, { cwd: FOLDER, encoding: 'utf8' })
  // Maven puts a colour code in front of the first line.
  const figures = [...stdout.matchAll(/pekko (\S+) (\d+)$/gmu)]
  if (status !== 0 || figures.length === 0) return 'Maven could not build or run it'
  return new Map(figures.map(([, name = '', value]) => [name, Number(value)]))
}
