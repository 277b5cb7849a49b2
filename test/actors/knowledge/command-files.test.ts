import { expect, test } from 'vitest'
import { readSql } from '../../../actors/knowledge/documents/formats/sql.ts'
import { linesOf, statementsOf } from './statements-of.ts'

test('a command is told with the comment above or beside it, and with what it stands in [G283]', async () => {
  const docker =
    '# syntax=docker/dockerfile:1\nFROM node:20-slim\n\n# Chromium needs these\nRUN apt-get update && \\\n    # fonts\n    apt-get install -y libnss3 \\\n      fonts-noto\n#USER root\nUSER app\n'
  expect(await linesOf('Dockerfile', docker)).toEqual([
    'FROM node:20-slim',
    'RUN apt-get update && apt-get install -y libnss3 fonts-noto (Chromium needs these; fonts)',
    'USER root (commented out)',
    'USER app',
  ])
  const make =
    '# Builds the site into public/\nbuild: clean assets\n\thugo --minify\n\ndeploy: build ## Copies it to the pier server\n\trsync -a public/ pier:/srv/www\n'
  expect(await linesOf('Makefile', make)).toEqual([
    'build: clean assets (Builds the site into public/)',
    'build: clean assets · hugo --minify',
    'deploy: build (Copies it to the pier server)',
    'deploy: build · rsync -a public/ pier:/srv/www',
  ])
  const hosts =
    '# Of all hosts\n\n# Jump host of the office\nHost bastion\n    HostName 10.4.0.1\n\nHost build\nHostName build.pier.example\n#Port 22\n'
  expect(await linesOf('ssh_config', hosts)).toEqual([
    'Of all hosts',
    'Host bastion (Jump host of the office)',
    'Host bastion · HostName 10.4.0.1',
    'Host build',
    'Host build · HostName build.pier.example',
    'Host build · Port 22 (commented out)',
  ])
  const times = '# m h dom mon dow command\n0 3 * * * backup\n# Off since the storm\n#15 4 * * 1 tide\n'
  expect(await linesOf('crontab', times)).toEqual([
    '0 3 * * * backup',
    '15 4 * * 1 tide (Off since the storm; commented out)',
  ])
})

test('a script of SQL is told by statements, columns and rows, with their comments [G284]', async () => {
  const sql = `-- Boats and berths of the harbour

/* One row a berth. */
CREATE TABLE IF NOT EXISTS "berths" (
  id serial PRIMARY KEY, -- painted on the post
  -- in metres
  max_length numeric(5,2) NOT NULL CHECK (max_length > 0),
  note text DEFAULT 'none, yet; ask',
  FOREIGN KEY (pier) REFERENCES piers (id) ON DELETE CASCADE
);

INSERT INTO berths (id, max_length, note) VALUES
  (1, 9.5, 'by the crane'), -- Otter
  -- shallow at low tide
  (2, 12, 'O''Hara''s');
CREATE INDEX berth_len ON berths (max_length); -- for the search
SELECT count(*) FROM berths
  -- only free ones
  WHERE note IS NULL;
CREATE FUNCTION f() RETURNS int AS $$ BEGIN; RETURN 1; END $$ LANGUAGE plpgsql
`
  expect(await linesOf('a.sql', sql)).toEqual([
    'Boats and berths of the harbour',
    'table berths (One row a berth.)',
    'berths · id: serial PRIMARY KEY (painted on the post)',
    'berths · max_length: numeric(5,2) NOT NULL CHECK (max_length > 0) (in metres)',
    "berths · note: text DEFAULT 'none, yet; ask'",
    'berths · FOREIGN KEY (pier) REFERENCES piers (id) ON DELETE CASCADE',
    'berths · id: 1 · max_length: 9.5 · note: by the crane (Otter)',
    "berths · id: 2 · max_length: 12 · note: O'Hara's (shallow at low tide)",
    'CREATE INDEX berth_len ON berths (max_length) (for the search)',
    'SELECT count(*) FROM berths WHERE note IS NULL (only free ones)',
    'CREATE FUNCTION f() RETURNS int AS $$ BEGIN; RETURN 1; END $$ LANGUAGE plpgsql',
  ])
})

test('a setting without a value stands in its section, and one over several lines is whole [G285]', async () => {
  const own =
    '[mysqld]\n# only local clients\nskip-networking\nport = 3306\n\n[options]\nrequires =\n    foo\n    bar>=2\n'
  expect(await linesOf('my.cnf', own)).toEqual([
    'mysqld · skip-networking (only local clients)',
    'mysqld · port: 3306',
    'options · requires: foo, bar>=2',
  ])
  const mail =
    'restrictions = permit_mynetworks,\n    check_policy_service inet:127.0.0.1:10023,\n    reject\n# 25 MB\nlimit = 26214400\n'
  expect(await linesOf('main.cf', mail)).toEqual([
    'restrictions: permit_mynetworks, check_policy_service inet:127.0.0.1:10023, reject',
    'limit: 26214400 (25 MB)',
  ])
  const terraform = 'zones = [\n  "a",\n  "c",\n]\ntags = {\n  owner = "Mina"\n}\ndays = 35\n'
  expect(await linesOf('a.tfvars', terraform)).toEqual(['zones: a, c', 'days: 35', 'tags · owner: Mina'])
})

test('a list of settings ends at its bracket or at the next field, and a section not at a brace of a value [G285]', async () => {
  const hosts = 'hosts = [\n"a",\n\n"b"] # two\nport = 80\n[mail]\nport = 25\n'
  expect(await linesOf('a.conf', hosts)).toEqual(['hosts: a, b (two)', 'port: 80', 'mail · port: 25'])
  const nested = 'ways = [\n  ["a", "b"],\n  ["c"]\n]\ndays = 35\n'
  expect(await linesOf('a.tfvars', nested)).toEqual(['ways: ["a", "b"], ["c"]', 'days: 35'])
  const literal = 'list.open=[\nlist.close=]\nlist.mark=,\n'
  expect(await linesOf('a.properties', literal)).toEqual(['list.open: [', 'list.close: ]', 'list.mark: ,'])
  const last = 'open = [\n\n[mail]\nport = 25\n'
  expect(await linesOf('a.ini', last)).toEqual(['open: [', 'mail · port: 25'])
  const brace = '[server]\nx = main {\n}\nport = 80\n'
  expect(await linesOf('a.conf', brace)).toEqual(['server · x: main {', 'server · port: 80'])
})

test('a comment that ends in a backslash takes no command with it, except in a Makefile [G283]', async () => {
  const docker =
    '# RUN apt-get update \\\n#   && apt-get install -y curl\nEXPOSE 8080\n# in C:\\temp\\\nUSER app\n'
  expect(await linesOf('Dockerfile', docker)).toEqual([
    'RUN apt-get update && apt-get install -y curl (commented out)',
    'EXPOSE 8080',
    'USER app (in C:\\temp)',
  ])
  const off = '# RUN apt-get update \\\nEXPOSE 8080\n'
  expect(await linesOf('Dockerfile', off)).toEqual(['RUN apt-get update (commented out)', 'EXPOSE 8080'])
  const make = '# Copies the site \\\n  to the pier server\ndeploy:\n\trsync -a public/ pier:/srv/www\n'
  expect(await linesOf('Makefile', make)).toEqual([
    'deploy: (Copies the site to the pier server)',
    'deploy · rsync -a public/ pier:/srv/www',
  ])
})

test('rows stand far from each other, and what follows the last is told [G284]', async () => {
  const far = `INSERT INTO t (id, price) VALUES\n  (1, 10),\n  /* ${'much '.repeat(200)}*/\n  (2, 11)\n  -- of the new list\n  ON CONFLICT (id) DO UPDATE SET price = 12;`
  const found = await linesOf('a.sql', far)
  expect(found[0]).toBe('t · id: 1 · price: 10')
  expect(found.some((one) => one.startsWith('t · id: 2 · price: 11'))).toBe(true)
  expect(found.at(-1)).toBe('t · ON CONFLICT (id) DO UPDATE SET price = 12 (of the new list)')
  expect(await linesOf('a.sql', 'INSERT INTO t VALUES (1, 2)\nRETURNING id;')).toEqual([
    't · 1 · 2',
    't · RETURNING id',
  ])
  const table = 'CREATE TABLE t (\n  id int\n)\n-- Kept for ten years\nENGINE=InnoDB;\n'
  expect(await linesOf('a.sql', table)).toEqual(['table t ENGINE=InnoDB (Kept for ten years)', 't · id: int'])
})

test('a dump of a database has its columns in each row [G354]', async () => {
  const dump =
    "CREATE TABLE `plans` (\n  `id` int,\n  `name` varchar(40),\n  PRIMARY KEY (`id`)\n);\nINSERT INTO `plans` VALUES (1,'Free'),(2,'Team; O\\'Brien');\nINSERT INTO others VALUES (3, 4);"
  expect((await linesOf('a.sql', dump)).slice(-3)).toEqual([
    'plans · id: 1 · name: Free',
    "plans · id: 2 · name: Team; O'Brien",
    'others · 3 · 4',
  ])
  const copy =
    "COPY public.rooms (id, name, seats) FROM stdin;\n1\tFjord's -- hall; old\t12\n2\tC:\\\\berg\t\\N\n\\.\n\n-- Next\nSELECT 1;\n"
  expect(await linesOf('b.sql', copy)).toEqual([
    "public.rooms · id: 1 · name: Fjord's -- hall; old · seats: 12",
    'public.rooms · id: 2 · name: C:\\berg',
    'SELECT 1 (Next)',
  ])
  const batches =
    'INSERT INTO rooms (id) VALUES (1)\nGO\nINSERT INTO rooms (id) VALUES (2)\ngo\nSELECT go\nFROM t\nGO'
  expect(await linesOf('c.sql', batches)).toEqual(['rooms · id: 1', 'rooms · id: 2', 'SELECT go FROM t'])
})

test('a column called go ends no statement, and comments in COPY are told [G354]', async () => {
  expect(await linesOf('a.sql', 'SELECT a,\ngo\nFROM t WHERE x =\n  go\nGROUP BY -- all\n\ngo')).toEqual([
    'SELECT a, go FROM t WHERE x = go GROUP BY go (all)',
  ])
  expect(
    await linesOf('b.sql', 'SET NOCOUNT ON\nGO\nPRINT 1; -- one\nGO\nSELECT max(b)\nGO\nSELECT 2'),
  ).toEqual(['SET NOCOUNT ON', 'PRINT 1 (one)', 'SELECT max(b)', 'SELECT 2'])
  const copy =
    'COPY rooms (id, name) -- the bookable rooms only\n/* of the inn */ FROM stdin;\n1\tFjord\n\\.\nSELECT 1;\n'
  expect(await linesOf('c.sql', copy)).toEqual([
    'the bookable rooms only of the inn',
    'rooms · id: 1 · name: Fjord',
    'SELECT 1',
  ])
  expect(await linesOf('d.sql', '-- no row yet\nCOPY rooms (id) FROM stdin;\n\\.\nSELECT 1;\n')).toEqual([
    'no row yet',
    'SELECT 1',
  ])
})

test('a text ends at its quote, with backslashes of MySQL and of others before it [G284]', async () => {
  const paths = "INSERT INTO t VALUES ('C:\\\\temp\\\\', 1), ('C:\\temp\\', 2), ('it\\'s', 3);\nSELECT 4;"
  expect(await linesOf('a.sql', paths)).toEqual([
    't · C:\\\\temp\\\\ · 1',
    't · C:\\temp\\ · 2',
    "t · it's · 3",
    'SELECT 4',
  ])
})

test('lines of a comment are cited where they stand [G284]', () => {
  const { tree } = readSql('a.sql', '-- Boats\n--\n-- Berths\n/*! SET x = 1 */\n-- Piers\n\nSELECT 1;\n')
  const [comment] = tree.children
  const texts = comment?.type === 'paragraph' ? comment.children.filter(({ type }) => type === 'text') : []
  expect(texts.map((text) => [text.type === 'text' && text.value, text.position?.start.line])).toEqual([
    ['Boats', 1],
    ['Berths', 3],
    ['Piers', 5],
  ])
})

test('a script with long lines is read at once [G284]', async () => {
  const far = ' '.repeat(100_000)
  const texts: readonly (readonly [string, string])[] = [
    ['a.sql', `-- a${'-'.repeat(100_000)}b\n-- ${'*'.repeat(100_000)}b\nSELECT 1;\n`],
    ['b.sql', `INSERT INTO t VALUES ${'(1),'.repeat(50_000)}(2)${far};\n`],
  ]
  for (const [file, text] of texts) {
    await statementsOf(file, text)
  }
}, 120_000)
