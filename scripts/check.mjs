// `npm run check`: every check that needs no tests. Exits with 1 when a part fails.
import { build } from './build.mjs'
import { tool } from './steps.mjs'

export function check() {
  build()
  return [
    tool('format and lint', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'),
    tool('types', 'node_modules/typescript/bin/tsc', '--noEmit'),
    tool('import direction', 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs', 'src', 'actors'),
    tool('dead code', 'node_modules/knip/bin/knip.js'),
    // Code used only by tests and benches is shipped without any use.
    tool('dead code that is tested', 'node_modules/knip/bin/knip.js', '--production'),
    tool('doc lint', 'node_modules/typedoc/bin/typedoc'),
    tool('package lint', 'node_modules/publint/src/cli.js', '--strict'),
    tool(
      'types of the package',
      'node_modules/@arethetypeswrong/cli/dist/index.js',
      '--pack',
      '.',
      '--profile',
      'esm-only',
    ),
  ].every(Boolean)
}

if (process.argv[1]?.endsWith('check.mjs')) process.exitCode = check() ? 0 : 1
