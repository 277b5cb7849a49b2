import { expect, test } from 'vitest'
import { statementsOf } from './statements-of.ts'

/** The statements without those that hold several others. */
async function parts(file: string, text: string): Promise<string[]> {
  return (await statementsOf(file, text)).filter((one) => !one.includes('\n'))
}

test('a command is told with the comment above or beside it, and with what it stands in [G283]', async () => {
  const docker =
    '# syntax=docker/dockerfile:1\nFROM node:20-slim\n\n# Chromium needs these\nRUN apt-get update && \\\n    # fonts\n    apt-get install -y libnss3 \\\n      fonts-noto\n#USER root\nUSER app\n'
  expect(await parts('Dockerfile', docker)).toEqual([
    'FROM node:20-slim',
    'RUN apt-get update && apt-get install -y libnss3 fonts-noto (Chromium needs these; fonts)',
    'USER root (commented out)',
    'USER app',
  ])
  const make =
    '# Builds the site into public/\nbuild: clean assets\n\thugo --minify\n\ndeploy: build ## Copies it to the pier server\n\trsync -a public/ pier:/srv/www\n'
  expect(await parts('Makefile', make)).toEqual([
    'build: clean assets (Builds the site into public/)',
    'build: clean assets · hugo --minify',
    'deploy: build (Copies it to the pier server)',
    'deploy: build · rsync -a public/ pier:/srv/www',
  ])
  const hosts =
    '# Of all hosts\n\n# Jump host of the office\nHost bastion\n    HostName 10.4.0.1\n\nHost build\nHostName build.pier.example\n#Port 22\n'
  expect(await parts('ssh_config', hosts)).toEqual([
    'Of all hosts',
    'Host bastion (Jump host of the office)',
    'Host bastion · HostName 10.4.0.1',
    'Host build',
    'Host build · HostName build.pier.example',
    'Host build · Port 22 (commented out)',
  ])
  const times = '# m h dom mon dow command\n0 3 * * * backup\n# Off since the storm\n#15 4 * * 1 tide\n'
  expect(await parts('crontab', times)).toEqual([
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
  expect(await parts('a.sql', sql)).toEqual([
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
  expect(await parts('my.cnf', own)).toEqual([
    'mysqld · skip-networking (only local clients)',
    'mysqld · port: 3306',
    'options · requires: foo, bar>=2',
  ])
  const mail =
    'restrictions = permit_mynetworks,\n    check_policy_service inet:127.0.0.1:10023,\n    reject\n# 25 MB\nlimit = 26214400\n'
  expect(await parts('main.cf', mail)).toEqual([
    'restrictions: permit_mynetworks, check_policy_service inet:127.0.0.1:10023, reject',
    'limit: 26214400 (25 MB)',
  ])
  const terraform = 'zones = [\n  "a",\n  "c",\n]\ntags = {\n  owner = "Mina"\n}\ndays = 35\n'
  expect(await parts('a.tfvars', terraform)).toEqual(['zones: a, c', 'days: 35', 'tags · owner: Mina'])
})

test('a list of settings ends at its bracket or at the next field, and a section not at a brace of a value [G285]', async () => {
  const hosts = 'hosts = [\n"a",\n\n"b"] # two\nport = 80\n[mail]\nport = 25\n'
  expect(await parts('a.conf', hosts)).toEqual(['hosts: a, b (two)', 'port: 80', 'mail · port: 25'])
  const nested = 'ways = [\n  ["a", "b"],\n  ["c"]\n]\ndays = 35\n'
  expect(await parts('a.tfvars', nested)).toEqual(['ways: ["a", "b"], ["c"]', 'days: 35'])
  const literal = 'list.open=[\nlist.close=]\nlist.mark=,\n'
  expect(await parts('a.properties', literal)).toEqual(['list.open: [', 'list.close: ]', 'list.mark: ,'])
  const last = 'open = [\n\n[mail]\nport = 25\n'
  expect(await parts('a.ini', last)).toEqual(['open: [', 'mail · port: 25'])
  const brace = '[server]\nx = main {\n}\nport = 80\n'
  expect(await parts('a.conf', brace)).toEqual(['server · x: main {', 'server · port: 80'])
})
