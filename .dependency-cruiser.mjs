// Imports go one way: a room may import itself and the rooms on its left.
const ROOMS = [
  ['kernel'],
  ['message'],
  ['ports'],
  ['mailbox', 'behavior'],
  ['supervision', 'inference', 'routing', 'merge'],
  ['system'],
  ['pipeline', 'journal', 'transport'],
  ['simulation', 'testkit', 'serve'],
]

const forbidden = ROOMS.flatMap((level, at) =>
  level.map((room) => {
    const right = ROOMS.slice(at + 1).flat()
    const beside =
      room === 'inference' || room === 'routing' || room === 'merge'
        ? level.filter((one) => one !== room && one !== 'supervision')
        : []
    const not = [...right, ...beside, 'cli']
    return {
      name: `${room}-imports-left-only`,
      comment: `src/${room} may import only rooms before it`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: `^(src/(${not.join('|')})/|actors/|test/|bench/|examples/|scripts/)` },
    }
  }),
)

export default {
  forbidden: [
    ...forbidden,
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'ports-hold-types-only',
      comment: 'src/ports has interfaces: importing a value from there would make it a layer of code',
      severity: 'error',
      from: { path: '^src/(?!ports/)' },
      to: { path: '^src/ports/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'actors-do-not-import-the-command-line',
      severity: 'error',
      from: { path: '^actors/' },
      to: { path: '^(src/cli/|test/|bench/|examples/|scripts/)' },
    },
    {
      name: 'teams-share-knowledge-not-each-other',
      comment: 'a team imports actors/knowledge and src; what a second team needs moves to knowledge',
      severity: 'error',
      from: { path: '^actors/(?!knowledge/)([^/]+)/' },
      to: { path: '^actors/', pathNot: '^actors/(knowledge|$1)/' },
    },
    {
      name: 'knowledge-imports-no-team',
      severity: 'error',
      from: { path: '^actors/knowledge/' },
      to: { path: '^actors/', pathNot: '^actors/knowledge/' },
    },
    {
      name: 'no-cycles-of-types-in-teams',
      severity: 'error',
      from: { path: '^actors/' },
      to: { circular: true },
    },
    // mdast and hast are types alone: there is no code to resolve. numfmt 4.0.1 names a file of types that it does not have.
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(mdast|hast|numfmt)$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js'],
    },
  },
}
