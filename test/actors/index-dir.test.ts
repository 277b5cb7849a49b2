import { homedir, userInfo } from 'node:os'
import { afterEach, expect, test, vi } from 'vitest'
import { defaultIndexDir } from '../../actors/question-answering/open-corpus.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

test.each(['', 'relative/cache'])(
  'an index is kept below the home folder when XDG_CACHE_HOME is %j',
  (given) => {
    vi.stubEnv('XDG_CACHE_HOME', given)
    expect(defaultIndexDir('docs', 'model').startsWith(`${homedir()}/.cache/ganglion/`)).toBe(true)
  },
)

test.each(['', 'relative'])(
  'an index is kept below the home folder of the system when HOME is %j',
  (given) => {
    vi.stubEnv('XDG_CACHE_HOME', '')
    vi.stubEnv('HOME', given)
    expect(defaultIndexDir('docs', 'model').startsWith(`${userInfo().homedir}/.cache/ganglion/`)).toBe(true)
  },
)

test('an index is kept where XDG_CACHE_HOME says', () => {
  vi.stubEnv('XDG_CACHE_HOME', '/var/cache/mine')
  expect(defaultIndexDir('docs', 'model').startsWith('/var/cache/mine/ganglion/')).toBe(true)
})
