import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.js';
import { loadConfig, type RunResult } from './load.js';
import { makeConfig } from './make-config.js';
import { renderHelp, renderSample } from './render.js';
import { ALL_OPTIONS } from './table.js';
import { VERSION } from './version.js';

const folder = mkdtempSync(join(tmpdir(), 'zun-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function fileWith(content: string): string {
  const file = join(folder, `${++files}.conf`);
  writeFileSync(file, content);
  return file;
}

function load(contents: string[], env: Record<string, string> = {}): RunResult {
  const result = loadConfig(
    contents.flatMap((content) => ['--config-file', fileWith(content)]),
    env,
  );
  if (result.action !== 'run') throw new Error('nothing to run');
  return result;
}

function mistakesOf(content: string, env: Record<string, string> = {}): string {
  try {
    load([content], env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

describe('loadConfig', () => {
  it('takes defaults, then files in order, then the environment', () => {
    const { config } = load(['[api]\nport = 1\nmax_limit = 5\nrpc_timeout = 7', '[api]\nport = 2\nmax_limit = 6'], {
      OS_API__PORT: '3',
    });
    expect(config.api).toMatchObject({ port: 3, max_limit: 6, rpc_timeout: 7, placement_wait_ms: 2000 });
  });

  it('replaces references, in defaults too', () => {
    const { config } = load([
      '[DEFAULT]\nstate_path = /s\nmy_ip = 10.0.0.1\nhost = ${api.port}-$my_ip\nlog_dir=$state_path/$$x/\\$y',
    ]);
    expect(config.DEFAULT.host).toBe('9517-10.0.0.1');
    expect(config.DEFAULT.log_dir).toBe('/s/$x/$y');
    expect(config.database.connection).toEqual({ kind: 'sqlite', path: '/s/zun.sqlite' });
    expect(config.embedded_identity.users_file).toBe('/s/identity/users.json');
    expect(config.api.host_ip).toBe('10.0.0.1');
  });

  it.each([
    ['[cors]\nallowed_origin = https://a, "https://b",\n  https://c', ['https://a', 'https://b', 'https://c']],
    ['[cors]\nallowed_origin =', []],
  ])('reads lists: %j', (content, expected) => expect(load([content]).config.cors.allowed_origin).toEqual(expected));

  it.each(['yes', 'True', 'ON', '1'])('reads %s as true', (word) =>
    expect(load([`[DEFAULT]\ndebug = ${word}`]).config.DEFAULT.debug).toBe(true),
  );

  it('takes an empty value of an option without default as unset', () => {
    expect(load(['[keystone_authtoken]\ntoken_cache_time =']).config.keystone_authtoken.token_cache_time).toBeNull();
  });

  it("takes Keystone's older names, and names with dashes", () => {
    const { config } = load(['[keystone_authtoken]\nauth_uri = http://k:5000/\nproject-name = service']);
    expect(config.keystone_authtoken).toMatchObject({ www_authenticate_uri: 'http://k:5000', project_name: 'service' });
  });

  it('looks for the policy file beside the first configuration file', () => {
    expect(load([' ']).config.oslo_policy.policy_file).toBe(join(folder, 'policy.yaml'));
  });

  it('is frozen to the bottom', () => {
    const { config } = load(['[DEFAULT]\ntransport_url = rabbit://u:p@h/']);
    for (const part of [config, config.api, config.cors.allowed_origin, config.DEFAULT.transport_url]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('lists all mistakes at once, each with section, option, value and rule', () => {
    const message = mistakesOf('[api]\nport = 70000\nenable_ssl_api = perhaps\n[network]\ndriver = kuryr\nnonsense');
    expect(message).toMatch(/4 mistakes/);
    expect(message).toMatch(/\[api\] port = "70000" must be a whole number from 0 to 65535 \(.*conf:2\)/);
    expect(message).toMatch(/\[api\] enable_ssl_api = "perhaps" must be true or false/);
    expect(message).toMatch(/\[network\] driver = "kuryr" must be bridge, the only one supported/);
    expect(message).toMatch(/conf:6 not "name = value": nonsense/);
  });

  it.each([
    ['[DEFAULT]\nhost = $nowhere', /refers to \$nowhere, which is no option/],
    ['[DEFAULT]\nhost = $my_ip\nmy_ip = $host', /refers to itself: DEFAULT.host -> DEFAULT.my_ip -> DEFAULT.host/],
    ['[DEFAULT]\nhost =', /host = "" must not be empty/],
    ['[DEFAULT]\nminimum_cpus = 4\nmaximum_cpus = 2', /minimum_cpus = "4" must not be above maximum_cpus = "2"/],
    ['[DEFAULT]\nimage_driver_list = docker\ndefault_image_driver = glance', /must be one of image_driver_list: docker/],
    ['[api]\nenable_ssl_api = true', /needs \[ssl\] cert_file and key_file/],
    ['[scheduler]\nenabled_filters = ComputeFilter,Nonsense', /enabled_filters = .*must be a list.*of:/],
    ['[keystone_authtoken]\nauth_url = keystone:5000', /must be a URL/],
    ['[DEFAULT]\nauth_encryption_key = too short', /auth_encryption_key = "\*\*\*\*" must be a text of 16, 24 or 32 characters/],
    ['[quota]\ncpu = 1e3', /must be a whole number of -1 or more \(vCPU\)/],
  ])('refuses %j', (content, message) => expect(mistakesOf(content)).toMatch(message));

  it('names the environment variable that holds a mistake, and hides a secret one', () => {
    const message = mistakesOf('', { OS_DATABASE__CONNECTION: 'oracle://u:topsecret@h/d', OS_API__PORT: 'x' });
    expect(message).toContain('(OS_API__PORT)');
    expect(message).not.toContain('topsecret');
  });

  it('refuses a file that cannot be read', () => {
    expect(() => loadConfig(['--config-file', join(folder, 'absent')], {})).toThrow(/absent cannot be read/);
  });

  it.each([
    ['[DEFAULT]\nhots = a', /unknown option hots in \[DEFAULT\]; did you mean host\?/],
    ['[databse]\nconnection = a', /unknown section \[databse\]; did you mean \[database\]\?/],
    ['[api]\nstate_path = /x', /unknown option state_path in \[api\]; there is one in \[DEFAULT\]/],
    ['[api]\nqwertyuiop = 1', /unknown option qwertyuiop in \[api\]$/],
  ])('warns of %j', (content, message) => {
    expect(load([content]).notices).toEqual([{ level: 'warn', message: expect.stringMatching(message) as string }]);
  });

  it('warns of an environment variable with a typing mistake and leaves those of others alone', () => {
    const { notices } = load([], { OS_DATABASE__CONECTION: 'x', OS_AUTH_URL: 'http://k', OS__X: 'y' });
    expect(notices.map(({ message }) => message)).toEqual([expect.stringMatching(/did you mean OS_DATABASE__CONNECTION\?/)]);
  });

  it('accepts what has no meaning here, and says why', () => {
    const { notices } = load(['[api]\nworkers = 4\n[DEFAULT]\ncapsule_driver = cri']);
    expect(notices.map(({ level }) => level)).toEqual(['info', 'info']);
    expect(notices[0]?.message).toMatch(/\[api\] workers has no effect here: one process serves/);
    expect(notices[1]?.message).toMatch(/\[DEFAULT\] capsule_driver has no effect yet: capsules are not served yet/);
  });
});

describe('what is printed', () => {
  function printed(...argv: string[]): string {
    const result = loadConfig(argv, { OS_API__PORT: '1' }, 'zun-api');
    return result.action === 'print' ? result.text : '';
  }

  it('--print-config tells values and origins and hides secrets', () => {
    const file = fileWith('[keystone_authtoken]\npassword = topsecret\n[database]\nconnection = mysql://zun:hid@den@db/zun');
    const text = printed('--config-file', file, '--print-config');
    expect(text).toMatch(/^password = \*{4} +# .*conf:2$/m);
    expect(text).toMatch(/^connection = mysql:\/\/zun:\*{4}@db\/zun /m);
    expect(text).toMatch(/^port = 1 +# OS_API__PORT$/m);
    expect(text).toMatch(/^max_limit = 1000 +# default$/m);
    expect(text).not.toMatch(/topsecret|hid@den|notgood/);
  });

  it('--help tells of every option that works', () => {
    const help = printed('--help');
    for (const { section, name, option } of ALL_OPTIONS) {
      expect(help.includes(`OS_${section}__${name}`.toUpperCase() + ')'), `${section}.${name}`).toBe(option.status === 'works');
    }
    expect(renderHelp('zun-api')).toBe(help);
  });

  it('--version is that of the workspace', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string };
    expect(VERSION).toBe(manifest.version);
    expect(printed('--version')).toBe(`zun-api ${VERSION}\n`);
  });

  it('the sample, uncommented, gives the defaults', () => {
    const sample = renderSample().replace(/^#(\w+ = [^<\n]+)$/gm, '$1');
    const { notices, config } = load([sample]);
    expect(notices).toEqual([]);
    expect(config.quota).toEqual(load([]).config.quota);
  });

  it('etc/zun.conf.sample is what --sample-config prints', () => {
    expect(readFileSync(new URL('../../../etc/zun.conf.sample', import.meta.url), 'utf8')).toBe(printed('--sample-config'));
  });

  it.each([
    [['--confg-file', 'x'], /did you mean --config-file\?/],
    [['--config-file'], /needs a path/],
    [['serve'], /unknown argument serve/],
  ])('refuses %j', (argv, message) => expect(() => loadConfig(argv, {})).toThrow(message));
});

describe('makeConfig', () => {
  it('takes overrides as a file would', () => {
    const config = makeConfig({ api: { port: 0 }, cors: { allowed_origin: ['a', 'b'] } });
    expect([config.api.port, config.cors.allowed_origin, config.DEFAULT.host]).toEqual([0, ['a', 'b'], 'test-host']);
    expect(() => makeConfig({ api: { port: -1 } })).toThrow(ConfigError);
  });
});
