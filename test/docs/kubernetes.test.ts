import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { milliseconds } from '../../src/kernel/durations.ts'
import { folderOf, start } from '../cli/cli.ts'
import { call } from '../serve/service.ts'
import { blocksOf } from './blocks.ts'

/** As the API of Kubernetes names its fields; an unknown one would be dropped or refused there. */
const Probe = z.strictObject({
  httpGet: z.strictObject({ path: z.string(), port: z.number().int() }),
  periodSeconds: z.number().int().positive(),
  timeoutSeconds: z.number().int().positive().optional(),
})
const Quantities = z.strictObject({ cpu: z.string().optional(), memory: z.string().optional() })
const Pod = z.strictObject({
  spec: z.strictObject({
    terminationGracePeriodSeconds: z.number().int().positive(),
    containers: z.tuple([
      z.strictObject({
        name: z.string().regex(/^[a-z0-9-]+$/u),
        command: z.array(z.string()),
        env: z.array(
          z.strictObject({
            name: z.string(),
            value: z.string().optional(),
            valueFrom: z
              .strictObject({ secretKeyRef: z.strictObject({ name: z.string(), key: z.string() }) })
              .optional(),
          }),
        ),
        livenessProbe: Probe,
        readinessProbe: Probe,
        resources: z.strictObject({ requests: Quantities, limits: Quantities }),
      }),
    ]),
  }),
})

const source = new URL('../../dist/src/index.js', import.meta.url).href
const TEAM = `import { defineProcessor, pipeline } from ${JSON.stringify(source)}
const Any = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } }
export const same = pipeline('same', Any).to(defineProcessor({ name: 'same', input: Any, output: Any, process: (x) => x }))
`
/** As the kubelet asks, by the address of the pod. */
const KUBELET = { 'user-agent': 'kube-probe/1.34', accept: '*/*', host: '10.0.0.7:8080', connection: 'close' }

test('[G206] the pod of docs/services.md starts, is probed, drains and ends in time', {
  timeout: 60_000,
}, async () => {
  const [block] = blocksOf('docs/services.md', 'yaml')
  const { spec } = Pod.parse(parse(block?.code ?? ''))
  const [{ command, env, livenessProbe, readinessProbe }] = spec.containers
  const [program, ...words] = command
  expect(program).toBe('node_modules/.bin/ganglion')
  const after = (flag: string): string => words[words.indexOf(flag) + 1] as string
  const endsWithin = milliseconds(after('--grace'), 'grace') + milliseconds(after('--drain'), 'drain')
  expect(spec.terminationGracePeriodSeconds * 1000).toBeGreaterThan(endsWithin)
  // The port that the command listens on when none is named.
  expect([livenessProbe.httpGet.port, readinessProbe.httpGet.port, words.includes('--port')]).toEqual([
    8080,
    8080,
    false,
  ])

  const folder = await folderOf({ 'team.mjs': TEAM })
  onTestFinished(() => rm(folder, { recursive: true }))
  const changed = words.map((word) => (word === 'team.js' ? 'team.mjs' : word))
  const serving = start([...changed, '--port', '0'], {
    cache: join(folder, 'cache'),
    cwd: folder,
    env: Object.fromEntries(env.map(({ name, value = 'secret' }) => [name, value])),
  })
  onTestFinished(() => void serving.child.kill('SIGKILL'))
  let said = ''
  serving.child.stdout?.on('data', (text: string) => {
    said += text
  })
  await serving.saw('/pipelines/same', 'stdout')
  const port = Number(/:(\d+)\n/u.exec(said)?.[1])
  const probe = async ({ httpGet }: z.infer<typeof Probe>) =>
    (await call({ port }, httpGet.path, { headers: KUBELET })).status
  const ask = (token: Record<string, string>) =>
    call({ port }, '/pipelines/same', { body: '1', headers: { ...token, host: 'team.default.svc' } })
  expect([await probe(livenessProbe), await probe(readinessProbe)]).toEqual([200, 200])
  expect([(await ask({})).status, (await ask({ authorization: 'Bearer secret' })).status]).toEqual([401, 200])

  serving.child.kill('SIGTERM')
  // Within `grace` it still takes connections, and says that it is not ready.
  while ((await probe(readinessProbe)) === 200);
  expect(await probe(readinessProbe)).toBe(503)
  expect(await probe(livenessProbe)).toBe(200)
  expect((await ask({ authorization: 'Bearer secret' })).status).toBe(200)
  expect(await serving.ended).toMatchObject({ code: 0, signal: null })
})
