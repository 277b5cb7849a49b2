import { describe, expect, test } from 'vitest'
import { linesOf } from './statements-of.ts'

describe('a comment with rules of signs heads the settings below it till the next [G389]', () => {
  test.each([
    ['# --- Outgoing mail ---'],
    ['#### Outgoing mail ####'],
    ['# === Outgoing mail'],
    ['# Outgoing mail ------'],
    ['# ----------\n# Outgoing mail\n# ----------'],
    ['##################\n# Outgoing mail  #\n##################'],
  ])('%s', async (head) => {
    const env = `DEBUG=no\n\n${head}\n# SMTP_HOST=localhost\nSMTP_HOST=relay.example\n\nSMTP_PORT=25 # plain\n\n# --- misc ---\nTZ=Europe/Lisbon\n`
    expect(await linesOf('a.env', env)).toEqual([
      'DEBUG: no',
      'Outgoing mail · SMTP_HOST: relay.example',
      'Outgoing mail · SMTP_PORT: 25 (plain)',
      'misc · TZ: Europe/Lisbon',
    ])
  })

  test('what the file is, above its first key', async () => {
    expect(await linesOf('a.env', '# --- Shop, production ---\nLOG=warn\nPORT=25\n')).toEqual([
      'Shop, production · LOG: warn',
      'Shop, production · PORT: 25',
    ])
  })

  test('in YAML, as far in as the keys', async () => {
    const yaml =
      '# === Storage ===\n# where files are kept\nbucket:\n  name: media\n  # --- limits ---\n  files: 3\n  days: 4\nregion: eu\n# === Web ===\nweb:\n  port: 80\n'
    expect(await linesOf('a.yaml', yaml)).toEqual([
      'Storage · region: eu',
      'Storage – bucket – media › where files are kept',
      'media · limits · files: 3',
      'media · limits · days: 4',
      'web · port: 80',
    ])
  })

  test('in TOML and .ini, above tables and in them', async () => {
    const toml =
      '# ==== Database ====\n[db]\nhost = "a"\n# --- pool ---\nmin = 2\n[db.replica]\nhost = "b"\n# ==== Cache ====\n[redis]\nttl = 4\n'
    expect(await linesOf('a.toml', toml)).toEqual([
      'Database · db · host: a',
      'db · pool · min: 2',
      'db · replica · host: b',
      'Cache · redis · ttl: 4',
    ])
    const ini = '; ---- General ----\n[main]\na=1\n; ---- Mail ----\n[smtp]\nhost=x\n'
    expect(await linesOf('a.ini', ini)).toEqual(['General · main · a: 1', 'Mail · smtp · host: x'])
  })

  test('but not plain words, warnings, settings that are off and a head of nothing', async () => {
    const env =
      '# Mail\nHOST=a\n# *** DO NOT EDIT ***\nPORT=1\n# --- days: 4\nTZ=x\n# -- how many\nN=2\n\n# --- nothing more ---\n'
    expect(await linesOf('a.env', env)).toEqual([
      'HOST: a (Mail)',
      'PORT: 1 (DO NOT EDIT)',
      'days: 4 (commented out)',
      'TZ: x',
      'N: 2 (how many)',
      'nothing more',
    ])
  })

  test('keys tell records apart across heads', async () => {
    const yaml =
      '# --- Web ---\nshop:\n  deploy: {limits: {memory: 1G}}\n# --- Data ---\ndb:\n  deploy: {limits: {memory: 2G}}\n'
    expect(await linesOf('c.yaml', yaml)).toEqual([
      'shop · deploy · limits · memory: 1G',
      'db · deploy · limits · memory: 2G',
    ])
  })
})
