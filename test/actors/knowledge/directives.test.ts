import { describe, expect, test } from 'vitest'
import { linesOf, statementsOf } from './statements-of.ts'

/** The statements without those that hold several others. */
async function parts(file: string, text: string): Promise<string[]> {
  return (await linesOf(file, text)).map((one) => one.replace(/^.* › /u, ''))
}

describe('blocks of directives are told with what they stand in [G300]', () => {
  test('of nginx', async () => {
    const text = `worker_processes auto;
http {
  # of one request
  client_max_body_size 20m;
  log_format main '$remote_addr - $status '
                  '"$request"';
  server {
    listen 443 ssl;
    if ($slow) { return 503; }
    location /api/ {
      # proxy_send_timeout 20s;
      proxy_read_timeout 75s; # reports are slow
    }
  }
}
`
    expect(await parts('nginx.conf', text)).toEqual([
      'worker_processes: auto',
      'http · client_max_body_size: 20m (of one request)',
      `http · log_format: main '$remote_addr - $status ' '"$request"'`,
      'http · server · listen: 443 ssl',
      'server · if ($slow) · return: 503',
      'server · location /api/ · proxy_send_timeout: 20s (commented out)',
      'server · location /api/ · proxy_read_timeout: 75s (reports are slow)',
    ])
  })

  test('of Terraform and of settings with braces', async () => {
    const text = `resource "aws_instance" "web" {
  instance_type = "t3.small" # cheap
  zones = [
    "a",
    "b"
  ]
  ebs_block_device {
    volume_size = 40
  }
}
`
    expect(await parts('main.tf', text)).toEqual([
      'resource aws_instance web · instance_type: t3.small (cheap)',
      'resource aws_instance web · zones: a, b',
      'resource aws_instance web · ebs_block_device · volume_size: 40',
    ])
    expect(await parts('a.conf', 'db {\n  host = "db1"\n  pool {\n    size = 20\n  }\n}\nlog = x\n')).toEqual(
      ['log: x', 'db · host: db1', 'db · pool · size: 20'],
    )
  })

  test('of Apache', async () => {
    const text = `Listen 80
<VirtualHost *:80>
    ServerName shop.example.org
    <Directory "/var/www/up">
        Require ip 10.0.0.0/8
    </Directory>
</VirtualHost>
`
    expect(await parts('httpd.conf', text)).toEqual([
      'Listen: 80',
      'VirtualHost *:80 · ServerName: shop.example.org',
      'VirtualHost *:80 · Directory /var/www/up · Require: ip 10.0.0.0/8',
    ])
  })

  test('of routers and balancers, by how far in their lines are', async () => {
    const router =
      'hostname edge1\n!\ninterface Gi0/1\n description uplink\n ip address 10.1.1.1 255.255.255.0\n!\ninterface Gi0/2\n shutdown\n'
    expect(await parts('router.cfg', router)).toEqual([
      'hostname edge1',
      'interface Gi0/1 · description uplink',
      'interface Gi0/1 · ip address 10.1.1.1 255.255.255.0',
      'interface Gi0/2 · shutdown',
    ])
    const balancer = 'global\n    maxconn 4096\nbackend app\n    server a1 10.0.0.1:80 check\n'
    expect(await parts('haproxy.cfg', balancer)).toEqual([
      'global · maxconn 4096',
      'backend app · server a1 10.0.0.1:80 check',
    ])
  })

  test('with braces, quotes and signs in values, and names above their brace', async () => {
    const nginx = `server {
  listen http://{PORT};
  if ($scheme != "https") {
    return 301 https://$host$uri;
  }
  location /a { expires 1d; }
  # --- TLS ---

  ssl_certificate /etc/x.pem;
}
server
{
  listen 81;
}
`
    expect(await parts('nginx.conf', nginx)).toEqual([
      'server · listen: http://{PORT}',
      'server · if ($scheme != https) · return: 301 https://$host$uri',
      'server · location /a · expires: 1d',
      'server · TLS · ssl_certificate: /etc/x.pem',
      'server · listen: 81',
    ])
    const terraform = `/* old
resource "x" "y" {
  a = 1
}
*/
variable "region" {}
resource "p" "q" {
  tags = merge(
    local.tags,
    { Name = "a" }
  )
  script = <<-EOF
    echo { hi
  EOF
  zones = [
    "a", # first
    "b"
  ]
}
`
    expect((await parts('a.tf', terraform)).slice(-4)).toEqual([
      'variable region',
      'resource p q · tags: merge( local.tags, { Name = "a" } )',
      'resource p q · script: echo { hi',
      'resource p q · zones: a, b',
    ])
    const steps =
      'filter {\n  if [type] == "a" {\n    mutate { add => ["x"] }\n  } else {\n    port => 5044\n  }\n}\n'
    expect(await parts('a.conf', steps)).toEqual([
      'filter · if [type] == a · mutate: { add => ["x"] }',
      'filter · else · port: 5044',
    ])
    const balancer =
      'global\n    # of all\n    # doors\n    maxconn 4\nfrontend www *:80 # the door\n    http-request deny if !allowed\n'
    expect(await parts('a.cfg', balancer)).toEqual([
      'global · maxconn 4 (of all doors)',
      'the door',
      'frontend www *:80 · http-request deny if !allowed',
    ])
  })

  test('with remarks of several lines, crosses in quotes, and blocks that only say something', async () => {
    const named = `options {
  recursion yes; /* inside only */
  allow-query { any; };
  /* of the
     old hall */
  listen-on X
    "a"
  ;
  port 53;
}
location /admin {
  # Only over the VPN.
}
`
    expect(await parts('named.conf', named)).toEqual([
      'options · recursion: yes (inside only)',
      'options · listen-on: X "a" (of the old hall)',
      'options · port: 53',
      'options · allow-query · any',
      'location /admin · location /admin',
      'Only over the VPN.',
    ])
    expect(
      await parts(
        'a.tf',
        'x "y" {\n  to = [\n    "Slack #pay",\n    "Slack #ops", # late\n  ]\n  s = <<EOF\nhi\n\nEOF\n  n = 1\n}\n',
      ),
    ).toEqual(['x y · to: Slack #pay, Slack #ops', 'x y · s: hi', 'x y · n: 1'])
  })

  test('with stars in paths', async () => {
    const text = '/var/log/app/*.log {\n  rotate 14\n}\n/var/log/*/err.log {\n  rotate 7\n}\n'
    expect(await parts('logrotate.conf', text)).toEqual([
      '/var/log/app/*.log · rotate: 14',
      '/var/log/*/err.log · rotate: 7',
    ])
  })

  test('but sections and values that go on further in are settings', async () => {
    expect(await parts('setup.cfg', '[options]\nrequires =\n    a\n    b\nname = x\n')).toEqual([
      'options · requires: a, b',
      'options · name: x',
    ])
  })

  test('long, deep and broken ones at once', async () => {
    const texts = [
      'a {\n'.repeat(20_000),
      `${'}\n'.repeat(20_000)}a {\n`,
      `a {\n${'b [\n'.repeat(20_000)}`,
      `a {\n${'b c\n'.repeat(20_000)}d;\n`,
      `a {\n  b {${' '.repeat(100_000)}c\n`,
      `a {\n  b "${'"'.repeat(100_000)}\n`,
      `a {\n${`b {${' '.repeat(990)}c\n`.repeat(1_000)}`,
      `a {\n${'x ( [ { '.repeat(20_000)}`,
      `a;\n${';#'.repeat(100_000)}\u2028\nb {\n`,
      '/* '.repeat(50_000),
      `a {\n${'x'.repeat(2_000_000)}`,
      `a {\n${'\\\\"'.repeat(300_000)}`,
      `a {\n${`${'x <<A\n'.repeat(600)}${'\n'.repeat(4_000)}`.repeat(20)}`,
      `a {\n  b = "${'# '.repeat(500_000)}\n`,
      `${'a\n b\n'.repeat(20_000)}`,
    ]
    for (const text of texts) {
      await statementsOf('a.conf', text)
    }
  }, 120_000)
})
