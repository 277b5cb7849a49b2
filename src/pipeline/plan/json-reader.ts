import type { PlanProblem } from '../errors.ts'
import type { PlanJson, PlanNodeJson } from './plan-json.ts'

/** Most nodes and arrows of a pipeline in JSON. */
const NODES_MAX = 10_000
const EDGES_MAX = 100_000

/**
 * The well-formed parts of a pipeline's JSON, and the problems of the others. Unknown keys are dropped, so that nothing
 * unexpected gets into a plan.
 */
export function readPlan(json: unknown): {
  readonly plan: PlanJson | undefined
  readonly problems: readonly PlanProblem[]
} {
  const reader = new Reader()
  const root = reader.object(json, 'json')
  if (root === undefined) return { plan: undefined, problems: reader.problems }
  reader.one(root, 'format', 'format', ['ganglion-pipeline'])
  if (root.version !== 1) reader.wrong('version', root.version, '1, the only version')
  const name = reader.text(root, 'name', 'name') ?? '?'
  const timeoutMs =
    root.timeoutMs === null ? null : (reader.number(root, 'timeoutMs', 'timeoutMs') ?? Number.NaN)
  const maxInFlight = reader.number(root, 'maxInFlight', 'maxInFlight') ?? Number.NaN
  const exit = reader.text(root, 'exit', 'exit') ?? '?'
  const nodes = reader.list(root, 'nodes', 'nodes', NODES_MAX).flatMap((node, at) => nodeOf(reader, node, at))
  const edges = reader.list(root, 'edges', 'edges', EDGES_MAX).flatMap((edge, at) => edgeOf(reader, edge, at))
  const plan: PlanJson = {
    format: 'ganglion-pipeline',
    version: 1,
    name,
    timeoutMs,
    maxInFlight,
    ...reader.optional(root, 'history', () => reader.number(root, 'history', 'history')),
    ...reader.optional(root, 'admission', () => admissionOf(reader, root.admission)),
    ...reader.optional(root, 'retryBudget', () => budgetOf(reader, root.retryBudget)),
    nodes,
    edges,
    exit,
  }
  return { plan, problems: reader.problems }
}

function admissionOf(reader: Reader, value: unknown): object | false | undefined {
  if (value === false) return false
  const policy = reader.object(value, 'admission')
  const limit = policy === undefined ? undefined : reader.object(policy.limit, 'admission.limit')
  const tenants = policy === undefined ? undefined : reader.object(policy.tenants, 'admission.tenants')
  if (policy === undefined || limit === undefined || tenants === undefined) return undefined
  const [min, max, initial] = ['min', 'max', 'initial'].map((key) =>
    reader.number(limit, key, `admission.limit.${key}`),
  )
  return {
    limit: { min, max, initial },
    maxWaiting: reader.number(policy, 'maxWaiting', 'admission.maxWaiting'),
    tenants: Object.fromEntries(
      Object.keys(tenants).map((name) => [name, reader.number(tenants, name, `admission.tenants.${name}`)]),
    ),
  }
}

function budgetOf(reader: Reader, value: unknown): object | false | undefined {
  if (value === false) return false
  const budget = reader.object(value, 'retryBudget')
  if (budget === undefined) return undefined
  const number = (key: string) => reader.number(budget, key, `retryBudget.${key}`)
  return { share: number('share'), minPerSecond: number('minPerSecond') }
}

function edgeOf(reader: Reader, value: unknown, at: number): PlanJson['edges'] {
  const path = `edges[${at}]`
  const edge = reader.object(value, path)
  if (edge === undefined) return []
  const from = reader.text(edge, 'from', `${path}.from`)
  const to = reader.text(edge, 'to', `${path}.to`)
  const weight = reader.optional(edge, 'weight', () => reader.number(edge, 'weight', `${path}.weight`))
  return from === undefined || to === undefined ? [] : [{ from, to, ...weight }]
}

const KINDS = ['processor', 'map', 'tap', 'merge', 'branch', 'loop', 'enter', 'leave'] as const

function nodeOf(reader: Reader, value: unknown, at: number): PlanNodeJson[] {
  const path = `nodes[${at}]`
  const before = reader.problems.length
  const node = reader.object(value, path)
  if (node === undefined) return []
  const name = reader.text(node, 'name', `${path}.name`)
  const kind = reader.one(node, 'kind', `${path}.kind`, KINDS)
  const within = reader.optional(node, 'within', () => reader.text(node, 'within', `${path}.within`))
  if (name === undefined || kind === undefined) return []
  const rest = detailsOf(reader, kind, node, path)
  return reader.problems.length > before ? [] : [{ name, ...within, ...rest } as PlanNodeJson]
}

function detailsOf(reader: Reader, kind: (typeof KINDS)[number], node: Fields, path: string): object {
  const text = (key: string) => reader.text(node, key, `${path}.${key}`)
  const number = (key: string) => reader.number(node, key, `${path}.${key}`)
  const one = (key: string, of: readonly string[]) => reader.one(node, key, `${path}.${key}`, of)
  switch (kind) {
    case 'processor':
      return {
        kind,
        processor: text('processor'),
        ...reader.optional(node, 'policy', () => policyOf(reader, node.policy, `${path}.policy`)),
        ...reader.optional(node, 'replicas', () => number('replicas')),
      }
    case 'merge':
      return {
        kind,
        from: text('from'),
        join: joinOf(reader, node.join, `${path}.join`),
        ...reader.optional(node, 'defaults', () => reader.object(node.defaults, `${path}.defaults`)),
        ...reader.optional(node, 'optional', () => worthsOf(reader, node.optional, `${path}.optional`)),
        ...reader.optional(node, 'route', () => reader.object(node.route, `${path}.route`)),
      }
    case 'branch':
      return { kind, routes: routesOf(reader, node.routes, `${path}.routes`) }
    case 'loop':
      return {
        kind,
        test: one('test', ['while', 'until']),
        max: number('max'),
        onMax: one('onMax', ['fail', 'value']),
        body: text('body'),
        back: text('back'),
        end: text('end'),
      }
    case 'leave':
      return { kind, closes: one('closes', ['branch', 'loop', 'pipeline']) }
    default:
      return { kind }
  }
}

function worthsOf(reader: Reader, value: unknown, path: string): object | undefined {
  const worths = reader.object(value, path)
  if (worths === undefined) return undefined
  return Object.fromEntries(
    Object.keys(worths).map((branch) => [branch, reader.number(worths, branch, `${path}.${branch}`)]),
  )
}

function policyOf(reader: Reader, value: unknown, path: string): object | undefined {
  const policy = reader.object(value, path)
  if (policy === undefined) return undefined
  const numbers = ['attempts', 'timeoutMs', 'concurrency'].map((key) =>
    reader.optional(policy, key, () => reader.number(policy, key, `${path}.${key}`)),
  )
  const backoff = reader.optional(policy, 'backoffMs', () =>
    reader
      .list(policy, 'backoffMs', `${path}.backoffMs`, NODES_MAX)
      .map((_, i, list) => reader.number(list, i, `${path}.backoffMs[${i}]`)),
  )
  const mailbox = reader.optional(policy, 'mailbox', () =>
    mailboxOf(reader, policy.mailbox, `${path}.mailbox`),
  )
  return Object.assign({}, ...numbers, backoff, mailbox)
}

function mailboxOf(reader: Reader, value: unknown, path: string): object | undefined {
  const mailbox = reader.object(value, path)
  if (mailbox === undefined) return undefined
  const of = ['reject', 'backpressure', 'drop-oldest', 'drop-newest']
  return {
    ...reader.optional(mailbox, 'capacity', () => reader.number(mailbox, 'capacity', `${path}.capacity`)),
    ...reader.optional(mailbox, 'overflow', () => reader.one(mailbox, 'overflow', `${path}.overflow`, of)),
  }
}

function joinOf(reader: Reader, value: unknown, path: string): object | undefined {
  const join = reader.object(value, path)
  if (join === undefined) return undefined
  return {
    expected: reader
      .list(join, 'expected', `${path}.expected`, NODES_MAX)
      .map((_, i, list) => reader.text(list, i, `${path}.expected[${i}]`)),
    quorum: reader.number(join, 'quorum', `${path}.quorum`),
    ...reader.optional(join, 'graceMs', () => reader.number(join, 'graceMs', `${path}.graceMs`)),
    ...reader.optional(join, 'deadlineMs', () => reader.number(join, 'deadlineMs', `${path}.deadlineMs`)),
  }
}

function routesOf(reader: Reader, value: unknown, path: string): object | undefined {
  const routes = reader.object(value, path)
  if (routes === undefined) return undefined
  for (const way of Object.keys(routes)) reader.text(routes, way, `${path}.${way}`)
  return { ...routes }
}

type Fields = Readonly<Record<string | number, unknown>>

/** Reads values from unknown JSON, and records every one that is not as expected. */
class Reader {
  readonly problems: PlanProblem[] = []

  wrong(path: string, value: unknown, expected: string): undefined {
    this.problems.push({ path, value, what: `${path} is not ${expected}` })
    return undefined
  }

  object(value: unknown, path: string): Fields | undefined {
    const is = typeof value === 'object' && value !== null && !Array.isArray(value)
    return is ? (value as Fields) : this.wrong(path, value, 'an object')
  }

  text(from: Fields | readonly unknown[], key: string | number, path: string): string | undefined {
    const value = own(from, key)
    return typeof value === 'string' && value !== '' ? value : this.wrong(path, value, 'a non-empty string')
  }

  number(from: Fields | readonly unknown[], key: string | number, path: string): number | undefined {
    const value = own(from, key)
    return typeof value === 'number' && Number.isFinite(value)
      ? value
      : this.wrong(path, value, 'a finite number')
  }

  list(from: Fields, key: string, path: string, max: number): readonly unknown[] {
    const value = own(from, key)
    if (Array.isArray(value) && value.length <= max) return value as unknown[]
    this.wrong(path, Array.isArray(value) ? value.length : value, `a list of at most ${max}`)
    return []
  }

  one<T extends string>(from: Fields, key: string, path: string, of: readonly T[]): T | undefined {
    const value = own(from, key)
    return of.includes(value as T) ? (value as T) : this.wrong(path, value, `one of ${of.join(', ')}`)
  }

  /** `{ key: value }` if the key is present. */
  optional(from: Fields, key: string, read: () => unknown): object | undefined {
    return own(from, key) === undefined ? undefined : { [key]: read() }
  }
}

function own(from: Fields | readonly unknown[], key: string | number): unknown {
  return Object.hasOwn(from, key) ? (from as Fields)[key] : undefined
}
