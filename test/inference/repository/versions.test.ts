import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareVersions, newest } from '../../../src/inference/repository/versions.ts'

test('versions are ordered as semver.org orders its own example', () => {
  const ordered = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.2.0',
    '1.10.0',
    '2.0.0',
    '99999999999999999999.0.0',
  ]
  expect([...ordered].reverse().sort(compareVersions)).toEqual(ordered)
})

test('names that are no semver are older than any version; of none there is no newest', () => {
  expect(newest(['main', '0.0.1-a', 'uncarded', '1.0'])).toBe('0.0.1-a')
  expect(newest(['uncarded', 'main'])).toBe('uncarded')
  expect(newest([])).toBeUndefined()
})

test('the order is total: the newest does not depend on how the versions are listed', () => {
  const part = fc.constantFrom('0', '1', '2', '10', 'a', 'b', 'a1', '01', '1-1')
  const version = fc.oneof(
    fc
      .tuple(
        fc.nat(3),
        fc.nat(3),
        fc.nat(3),
        fc.array(part, { maxLength: 3 }),
        fc.array(part, { maxLength: 2 }),
      )
      .map(
        ([x, y, z, pre, build]) =>
          `${x}.${y}.${z}${pre.length > 0 ? `-${pre.join('.')}` : ''}${build.length > 0 ? `+${build.join('.')}` : ''}`,
      ),
    part,
  )
  fc.assert(
    fc.property(fc.array(version, { minLength: 1, maxLength: 5 }), (versions) => {
      const sorted = [...versions].sort(compareVersions)
      expect([...versions].reverse().sort(compareVersions)).toEqual(sorted)
      expect(newest(versions)).toBe(sorted.at(-1))
      for (const a of versions)
        for (const b of versions) {
          expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)))
          expect(compareVersions(a, b) === 0).toBe(a === b)
        }
    }),
  )
})
