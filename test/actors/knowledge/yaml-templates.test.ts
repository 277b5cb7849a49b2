import { expect, test } from 'vitest'
import { statementsOf } from './statements-of.ts'

const parts = async (text: string) => (await statementsOf('a.yaml', text)).join('\n')

test('a template of YAML is read without its instructions, and with its expressions [G355]', async () => {
  const helm = await parts(
    'metadata:\n  name: {{ .Release.Name }}-web\n  labels:\n    {{- include "web.labels" . | nindent 4 }}\n  annotations:\n    proxy-body-size: 25m\n{{- /* Only\n  with TLS */}}\n{{- if .Values.tls }}\n  tls: true\n{{- end }}\n',
  )
  expect(helm).toContain('{{ .Release.Name }}-web')
  expect(helm).toContain('proxy-body-size: 25m')
  expect(helm).toContain('tls: true')
  expect(helm).not.toMatch(/if|include|Only/u)
  expect(await parts('replicas: {{ .Values.replicas | default "a: b" }}\nport: 80\n')).toContain(
    'replicas: {{ .Values.replicas | default "a: b" }}',
  )
  expect(await parts('a: {{ b }}\n{{ .Values.key }}: set\n')).toContain('{{ .Values.key }}: set')
  const jinja = await parts(
    '{% set version = "1.4.2" %}\npackage:\n  name: mill\n  version: {{ version }}\n{% if osx %}\n  seats: 3\n{% endif %}\n',
  )
  expect(jinja).toContain('version: {{ version }}')
  expect(jinja).toContain('seats: 3')
})

test('a file that has expressions in its texts alone is read as it is [G355]', async () => {
  const home =
    'name: Lamp\nport: 80\nvalue: >\n  {% if is_state("sun") %}\n  on\n  {% endif %}\nhost: "{{ inventory }}"\nflow: {a: 1, b: {c: 2}}\n'
  const found = await parts(home)
  expect(found).toContain('{% if is_state("sun") %} on {% endif %}')
  expect(found).toContain('host: {{ inventory }}')
  await expect(parts('a: {b: 1\nc: ]\n')).rejects.toThrow('not valid YAML')
})

test('a block of text in a template keeps all that stands in it [G355]', async () => {
  const motd = await parts(
    'image: {{ image }}\nmotd: |\n  Welcome to\n  {{ site_name }}\n  {% if beta %} This is a beta. {% endif %}\nport: 80\n',
  )
  expect(motd).toContain('motd: Welcome to {{ site_name }} {% if beta %} This is a beta. {% endif %}')
  expect(motd).toContain('port: 80')
  const list = await parts(
    'a: {{ b }}\nmails:\n  - name: first # one\n    body: &x >-\n      Dear {{ user }},\n      {{ text }}\n\n      Bye\n    from: Mo\n    {{- include "more" . }}\n  - |\n    {{ last }}\n    ends\n',
  )
  expect(list).toContain('Dear {{ user }}, {{ text }}')
  expect(list).toContain('from: Mo')
  expect(list).not.toContain('include')
  expect(list).toContain('{{ last }} ends')
  // An instruction further out than the text does not end it.
  const out = await parts('a: {{ b }}\nconf: |\n  one\n{{- if .Values.x }}\n  two\n{{- end }}\nport: 80\n')
  expect(out).toContain('conf: one two')
  expect(out).toContain('port: 80')
  expect(await parts('a: {{ b }}\nconf: |\n    {{- if x }}\n  one\n    {{- end }}\nport: 80\n')).toContain(
    'port: 80',
  )
})

test('an instruction in a value says when it is so [G355]', async () => {
  const found = await parts(
    'name: {{ n }}\nhost: a{% if beta %}-beta{% endif %}.example\n{% if x %}port: 80{% endif %}\n',
  )
  expect(found).toContain('host: a{% if beta %}-beta{% endif %}.example')
  expect(found).toContain('port: 80')
})

test.each([
  ['in quotes', (n: number) => `c: "${'{{ '.repeat(n)}"\n`, 'a: {{ b }}'],
  ['of open instructions', (n: number) => `${'{% '.repeat(n)}\n`, 'a: {{ b }}'],
  ['of a comment', (n: number) => `{{/* ${'* '.repeat(n)}*/}}\nd: 1\n`, 'd: 1'],
  ['of a comment without its end', (n: number) => `{{/* ${'* '.repeat(n)}\n`, 'not valid YAML'],
])(
  'long lines %s are read in linear time [G355]',
  async (_, lineOf, told) => {
    const timeOf = async (n: number) => {
      const start = performance.now()
      const found = await parts(`a: {{ b }}\n${lineOf(n)}`).catch((error: Error) => error.message)
      expect(found).toContain(told)
      return performance.now() - start
    }
    const short = await timeOf(25_000)
    // In quadratic time it would be sixteen times as long.
    expect(await timeOf(100_000)).toBeLessThan(10 * short + 300)
  },
  60_000,
)
