import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../lib/api-client.js';
import { CommandBook, FLAVOURS } from '../lib/client-flavours.js';
import { stockClients, type Program, type StockClients } from '../lib/clients.js';
import { PATIENT } from '../lib/commands.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';
import { eventually } from '../lib/eventually.js';

const HOST = 'embedded-every-command';

/** Not given here, each for a reason. */
const LEFT_OUT: Readonly<Record<Program, Readonly<Record<string, string>>>> = {
  zun: {
    attach: 'wants a terminal',
    top: 'fails in the client itself, once it has the answer',
    'capsule-create': 'capsules',
    'capsule-list': 'capsules',
    'capsule-delete': 'capsules',
    'capsule-describe': 'capsules',
    'bash-completion': 'speaks to no server',
    help: 'speaks to no server',
  },
  openstack: {
    'appcontainer attach': 'wants a terminal',
    'appcontainer network list': 'fails in the client itself, since osc-lib 4.0',
    'appcontainer top': 'fails in the client itself, before it asks',
    'appcontainer add floating ip': 'speaks to Neutron alone',
    'appcontainer remove floating ip': 'speaks to Neutron alone',
    'capsule create': 'capsules',
    'capsule list': 'capsules',
    'capsule delete': 'capsules',
    'capsule show': 'capsules',
  },
};

let service: EmbeddedService;
let demo: StockClients;
let admin: StockClients;
let api: ApiClient;
let adminApi: ApiClient;
let project: string;

beforeAll(async () => {
  service = await startEmbedded({
    settings: { DEFAULT: { host: HOST, default_availability_zone: 'east' }, quota: { containers: 9 } },
  });
  [demo, admin] = [await stockClients(service.credentials('demo')), await stockClients(service.credentials('admin'))];
  [api, adminApi] = [await service.client('demo'), await service.client('admin')];
  const { registry } = await api.call<{ registry: { uuid: string; project_id: string } }>('POST', '/registries', {
    registry: { domain: 'first.example' },
  });
  project = registry.project_id;
  await api.call('DELETE', `/registries/${registry.uuid}`);
});

afterAll(async () => {
  await api?.deleteAll();
  await service?.purge();
});

describe.each(['zun', 'openstack'] as const)('every command of %s', (program) => {
  const book = new CommandBook(FLAVOURS[program]);
  const name = `all-of-${program}`;
  const asDemo = (command: string, ...args: string[]): Promise<string> => book.run(demo, command, ...args);
  const asAdmin = (command: string, ...args: string[]): Promise<string> => book.run(admin, command, ...args);
  const becomes = (status: string): Promise<unknown> => api.reaches(name, status);
  /** `-t` of the one is `--timeout` of the other. */
  const within = program === 'zun' ? '-t' : '--timeout';

  it('run, with the options that people use', async () => {
    await asDemo(
      'run',
      ...['--name', name, '--cpu', '0.2', '--memory', '64', '--environment', 'GREETING=hello', '--workdir', '/tmp'],
      ...['--label', 'app=web', '--hostname', 'box', '--restart', 'on-failure:2'],
      ...['--healthcheck', 'cmd=true,interval=5,retries=2,timeout=3', '--image-driver', 'docker'],
      ...['busybox', 'sh', '-c', `echo to the log; ${PATIENT[2]}`],
    );
    expect(await becomes('Running')).toMatchObject({
      ...{ name, cpu: 0.2, memory: '64', environment: { GREETING: 'hello' }, workdir: '/tmp', labels: { app: 'web' } },
      ...{ hostname: 'box', restart_policy: { Name: 'on-failure', MaximumRetryCount: '2' } },
      healthcheck: { test: 'true', interval: 5, retries: 2, timeout: 3 },
    });
  });

  it('create and delete', async () => {
    await asDemo('create', '--name', `${name}-created`, 'busybox');
    await api.reaches(`${name}-created`, 'Created');
    await asDemo('delete', `${name}-created`);
    await api.isGone(`${name}-created`);
  });

  it('list and show', async () => {
    expect(await asDemo('list')).toMatch(new RegExp(`${name} +\\| busybox +\\| Running`));
    expect(await asDemo('show', name)).toMatch(/\| hostname +\| box/);
  });

  it('logs', async () => {
    const log = await eventually(
      () => asDemo('logs', name),
      (text) => text !== '\n' && text !== '',
      { describe: 'the log has a line' },
    );
    expect(log).toContain('to the log');
  });

  it('exec', async () => {
    expect(await asDemo('exec', name, 'sh', '-c', 'echo $GREETING from $(pwd)')).toContain('hello from /tmp');
  });

  it('stats', async () => {
    expect(await asDemo('stats', name)).toMatch(/MEM LIMIT\(MiB\) +\| 64/);
  });

  it('cp, both ways', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'zun-cp-'));
    mkdirSync(join(dir, 'back'));
    writeFileSync(join(dir, 'letter'), 'dear container');
    await asDemo('cp', join(dir, 'letter'), `${name}:/tmp`);
    expect(await asDemo('exec', name, 'cat', '/tmp/letter')).toContain('dear container');
    await asDemo('cp', `${name}:/tmp/letter`, join(dir, 'back'));
    expect(readFileSync(join(dir, 'back', 'letter'), 'utf8')).toBe('dear container');
  });

  it('pause and unpause', async () => {
    await asDemo('pause', name);
    await becomes('Paused');
    await asDemo('unpause', name);
    await becomes('Running');
  });

  it('stop, start, restart, kill', async () => {
    await asDemo('stop', within, '1', name);
    await becomes('Stopped');
    await asDemo('start', name);
    await becomes('Running');
    await asDemo('restart', within, '1', name);
    await becomes('Running');
    await asDemo('kill', '--signal', 'KILL', name);
    await becomes('Stopped');
    await asDemo('start', name);
    await becomes('Running');
  });

  it('update', async () => {
    await asDemo('update', '--cpu', '0.3', '--memory', '96', '--name', `${name}-2`, name);
    expect(await api.container(`${name}-2`)).toMatchObject({ cpu: 0.3, memory: '96' });
    await asDemo('update', '--name', name, '--auto-heal', `${name}-2`);
    expect(await api.container(name)).toMatchObject({ auto_heal: true });
  });

  it.runIf(program === 'zun')('rename, at the versions that have it', async () => {
    const current = await book.attempt(demo, 'rename', name, `${name}-3`);
    expect(current.stdout + current.stderr).toMatch(/406|not supported|Not Acceptable|version/i);
    await demo.zun('--zun-api-version', '1.13', 'rename', name, `${name}-3`);
    await demo.zun('--zun-api-version', '1.13', 'rename', `${name}-3`, name);
    expect(await api.container(name)).toMatchObject({ name });
  });

  it('action-list and action-show', async () => {
    const { containerActions } = await api.call<{ containerActions: { action: string; request_id: string }[] }>(
      'GET',
      `/containers/${name}/container_actions`,
    );
    const { request_id: creation } = containerActions.find(({ action }) => action === 'create')!;
    expect(await asDemo('action-list', name)).toContain(creation);
    expect(await asDemo('action-show', name, creation)).toContain('compute__do_container_start');
  });

  it('rebuild', async () => {
    await asDemo('rebuild', '--image', 'busybox:latest', name);
    expect(await becomes('Running')).toMatchObject({ image: 'busybox:latest' });
  });

  it('network-list, network-detach, network-attach', async () => {
    const [network] = Object.keys((await api.container(name)).addresses);
    if (program === 'zun') expect(await asDemo('network-list', name)).toContain(network);
    await asDemo('network-detach', '--network', network!, name);
    await eventually(
      () => api.container(name),
      ({ addresses }) => Object.keys(addresses).length === 0,
      { describe: 'it is on no network' },
    );
    await asDemo('network-attach', '--network', network!, name);
    await eventually(
      () => api.container(name),
      ({ addresses }) => Object.keys(addresses)[0] === network,
      { describe: 'it is on the network again' },
    );
  });

  it('add-security-group and remove-security-group, gone since 1.15', async () => {
    for (const command of ['add-security-group', 'remove-security-group']) {
      const { stdout, stderr } = await book.attempt(demo, command, name, 'default');
      expect(stdout + stderr).toMatch(/406|not supported|Not Acceptable|version/i);
    }
  });

  it('commit, and a container of what was committed', async () => {
    await asDemo('exec', name, 'sh', '-c', 'echo kept > /kept');
    const said = await asDemo('commit', name, `${program}-kept:v1`);
    expect(said).toMatch(/accepted/);
    await eventually(
      () => asAdmin('image-list'),
      (text) => new RegExp(`sha256:[0-9a-f]+ *\\| [^|]*${program}-kept`).test(text),
      { describe: 'the image is on the list' },
    );
    await asDemo('run', '--name', `${name}-kept`, `${program}-kept:v1`, 'cat', '/kept');
    await api.reaches(`${name}-kept`, 'Stopped');
    expect(await asDemo('logs', `${name}-kept`)).toContain('kept');
    await asDemo('delete', `${name}-kept`);
    await api.isGone(`${name}-kept`);
  });

  it('pull, image-list, image-show, image-delete, image-search', async () => {
    await asAdmin('pull', `registry.invalid/${program}:1`, HOST);
    const { images } = await adminApi.call<{ images: { uuid: string; repo: string }[] }>('GET', '/images');
    const { uuid } = images.find(({ repo }) => repo === `registry.invalid/${program}`)!;
    expect(await asAdmin('image-list')).toContain(uuid);
    expect(await asAdmin('image-show', uuid)).toContain(`registry.invalid/${program}`);
    await asAdmin('image-delete', uuid);
    await eventually(
      () => asAdmin('image-list'),
      (text) => !text.includes(uuid),
      { describe: 'the image is off the list' },
    );
    // There may be no registry within reach: then it says so.
    const { code, stdout, stderr } = await book.attempt(demo, 'image-search', 'busybox');
    expect(code === 0 || /registry|search/i.test(stdout + stderr)).toBe(true);
  });

  it('host-list and host-show', async () => {
    expect(await asAdmin('host-list')).toContain(HOST);
    expect(await asAdmin('host-show', HOST)).toMatch(/mem_total +\| \d+/);
  });

  it('service-list, -disable, -enable, -force-down, -delete', async () => {
    const service = async (): Promise<Record<string, unknown>> => {
      return (await adminApi.call<{ services: Record<string, unknown>[] }>('GET', '/services')).services[0]!;
    };
    expect(await asAdmin('service-list')).toContain(HOST);
    await asAdmin('service-disable', '--reason', 'cleaning', HOST, 'zun-compute');
    expect(await service()).toMatchObject({ disabled: true, disabled_reason: 'cleaning' });
    await asAdmin('service-enable', HOST, 'zun-compute');
    expect(await service()).toMatchObject({ disabled: false, disabled_reason: null });
    await asAdmin('service-force-down', HOST, 'zun-compute');
    expect(await service()).toMatchObject({ forced_down: true, state: 'down' });
    await asAdmin('service-force-down', '--unset', HOST, 'zun-compute');
    expect(await service()).toMatchObject({ forced_down: false, state: 'up' });
    const { stdout, stderr } = await book.attempt(admin, 'service-delete', 'no-such-host', 'zun-compute');
    expect(stdout + stderr).toContain('could not be found');
  });

  it('quota-get, -update, -defaults, -delete', async () => {
    expect(await asDemo('quota-get', project)).toMatch(/containers +\| 9 /);
    await asAdmin('quota-update', '--containers', '5', '--memory', '1024', project);
    expect(await asDemo('quota-get', project)).toMatch(/containers +\| 5 /);
    expect(await asDemo('quota-get', '--usages', project)).toMatch(
      program === 'zun' ? /limit \| in_use[^]+containers +\| 5 +\| 1/ : /containers[^\n]+in_use/,
    );
    expect(await asDemo('quota-defaults', project)).toMatch(/containers +\| 9 /);
    await asAdmin('quota-delete', project);
    expect(await asDemo('quota-get', project)).toMatch(/containers +\| 9 /);
    expect((await book.attempt(demo, 'quota-update', '--containers', '50', project)).code).not.toBe(0);
  });

  it('quota-class-update, quota-class-get', async () => {
    await asAdmin('quota-class-update', '--cpu', '64', `class-of-${program}`);
    expect(await asAdmin('quota-class-get', `class-of-${program}`)).toMatch(/cpu +\| 64 /);
  });

  it('registry-create, -list, -show, -update, -delete', async () => {
    const registry = `by-${program}`;
    const options = ['--name', registry, '--username', 'joe', '--password', 'pw', '--domain', 'z.example'];
    expect(await asDemo('registry-create', ...options)).toMatch(/password +\| \*\*\*/);
    expect(await asDemo('registry-list')).toContain(registry);
    await asDemo('registry-update', '--domain', 'y.example', registry);
    expect(await asDemo('registry-show', registry)).toMatch(/domain +\| y\.example/);
    await asDemo('registry-delete', registry);
    expect(await asDemo('registry-list')).not.toContain(registry);
  });

  it('availability-zone-list', async () => {
    expect(await asDemo('availability-zone-list')).toContain('east');
  });

  it.runIf(program === 'zun')('version-list', async () => {
    expect(await asDemo('version-list')).toMatch(/v1 .*CURRENT.*1\.1 .*1\.41/);
  });

  it('delete of what runs', async () => {
    const { stdout, stderr } = await book.attempt(demo, 'delete', name);
    expect(stdout + stderr).toContain('Running');
    await asDemo('delete', '--stop', name);
    await api.isGone(name);
  });

  it('leaves out none', async () => {
    expect((await book.missed(demo)).sort()).toEqual(Object.keys(LEFT_OUT[program]).sort());
  });
});
