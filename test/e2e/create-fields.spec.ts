import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineCall } from '../../tools/lib/engine-api.mjs';
import { busyboxTar } from '../integration/real-engine.js';
import { TinyRegistry } from '../integration/tiny-registry.js';
import type { ApiClient, ContainerView } from '../lib/api-client.js';
import { PATIENT } from '../lib/commands.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';
import { engineVolumes } from '../lib/engine.js';
import { eventually } from '../lib/eventually.js';

interface Inspected {
  readonly Name: string;
  readonly State: { readonly Status: string };
  readonly Config: Record<string, unknown>;
  readonly HostConfig: Record<string, unknown> & { Binds: string[] };
  readonly Mounts: readonly { Type: string; Name: string; Destination: string; RW: boolean }[];
  readonly NetworkSettings: { readonly Networks: Record<string, unknown> };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

let service: EmbeddedService;
let demo: ApiClient;
let admin: ApiClient;

const inspect = async (uuid: string): Promise<Inspected> =>
  JSON.parse(await engineCall(service.engine.socket, 'GET', `/containers/zun-${uuid}/json`)) as Inspected;
const removeBehindOurBack = (uuid: string): Promise<string> =>
  engineCall(service.engine.socket, 'DELETE', `/containers/zun-${uuid}?force=true`);
const volumes = async (): Promise<string[]> => (await engineVolumes(service.engine)).map(({ Name }) => Name).sort();
const inside = async (client: ApiClient, uuid: string, command: string): Promise<string> => {
  const answer = await client.call<{ output: string }>(
    'POST',
    `/containers/${uuid}/execute?command=${encodeURIComponent(command)}`,
  );
  return answer.output;
};
const run = async (client: ApiClient, request: Record<string, unknown>): Promise<ContainerView> => {
  const { uuid } = await client.run({ image: 'busybox', command: PATIENT, ...request });
  return client.reaches(uuid, 'Running');
};
beforeAll(async () => {
  const policyFile = join(mkdtempSync(join(tmpdir(), 'zun-')), 'policy.yaml');
  writeFileSync(policyFile, '"container:create:privileged": "rule:context_is_admin"\n');
  service = await startEmbedded({
    settings: {
      DEFAULT: { floating_cpu_set: '0', default_disk: 0, sync_container_state_interval: 2 },
      compute: { enable_cpu_pinning: true },
      oslo_policy: { policy_file: policyFile },
    },
  });
  demo = await service.client('demo');
  admin = await service.client('admin');
});

afterAll(async () => {
  await demo?.deleteAll();
  await admin?.deleteAll();
  await service?.purge();
});

it('hands every field of a create to the engine', async () => {
  const { uuid } = await run(admin, {
    name: 'everything',
    command: PATIENT.slice(1),
    entrypoint: ['sh'],
    cpu: 1,
    cpu_policy: 'dedicated',
    memory: '64',
    environment: { A: '1' },
    labels: { tier: 'web' },
    workdir: '/tmp',
    hostname: 'box',
    image_pull_policy: 'never',
    image_driver: 'docker',
    interactive: true,
    tty: true,
    restart_policy: { Name: 'on-failure', MaximumRetryCount: '2' },
    auto_heal: true,
    runtime: 'runc',
    healthcheck: { cmd: 'true', interval: 1, timeout: 2, retries: 3 },
    exposed_ports: { '80/tcp': {} },
    mounts: [
      { type: 'bind', source: base64('hello'), destination: '/etc/app/hello' },
      { source: 'everything', destination: '/data' },
      { size: 1, destination: '/scratch' },
    ],
    availability_zone: 'nova',
    hints: { colour: 'blue' },
  });
  const { Name, Config, HostConfig, Mounts, NetworkSettings } = await inspect(uuid);
  expect(Name).toBe(`/zun-${uuid}`);
  expect(Config).toMatchObject({
    ...{ Image: 'busybox:latest', Cmd: PATIENT.slice(1), Entrypoint: ['sh'], WorkingDir: '/tmp', Hostname: 'box' },
    Env: expect.arrayContaining(['A=1']) as string[],
    Labels: { tier: 'web' },
    ...{ OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: true },
    Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 1e9, Timeout: 2e9, Retries: 3 },
    ExposedPorts: { '80/tcp': {} },
    Volumes: { '/data': {}, '/scratch': {} },
  });
  expect(HostConfig).toMatchObject({
    ...{ Memory: 64 * 1024 ** 2, CpuShares: 1024, CpusetCpus: '1', CpusetMems: '0' },
    RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 },
    ...{ AutoRemove: false, Privileged: false, Runtime: 'runc' },
    NetworkMode: Object.keys(NetworkSettings.Networks)[0],
  });
  expect(HostConfig.Binds).toEqual([expect.stringMatching(/^zun-\S{36}:\/data:rw$/), expect.stringMatching(/:\/scratch:rw$/)]);
  expect(Mounts.map(({ Type, Destination, RW }) => [Type, Destination, RW]).sort()).toEqual([
    ['volume', '/data', true],
    ['volume', '/scratch', true],
  ]);
  expect(await inside(admin, uuid, 'cat /etc/app/hello')).toBe('hello');
  await eventually(
    () => admin.container(uuid),
    ({ status_detail: detail }) => /^Up \d+ \w+ \(healthy\)$/.test(detail ?? ''),
    { describe: 'its health shows' },
  );
  // The only processor to dedicate is given away.
  const second = await admin.run({ image: 'busybox', name: 'no-cpu', cpu: 1, cpu_policy: 'dedicated', command: ['sleep', '9'] });
  expect((await admin.reaches(second.uuid, 'Error')).status_reason).toMatch(/not enough hosts/);
  const shared = await run(admin, { name: 'sharing' });
  expect((await inspect(shared.uuid)).HostConfig).toMatchObject({ CpusetCpus: '0' });
  await admin.call('DELETE', `/containers/${uuid}?stop=true`);
  await admin.isGone(uuid);
  const again = await run(admin, { name: 'given-back', cpu: 1, cpu_policy: 'dedicated' });
  expect((await inspect(again.uuid)).HostConfig).toMatchObject({ CpusetCpus: '1' });
});

it('hands on what only some may ask for, and where to', async () => {
  const server = new TinyRegistry(await busyboxTar());
  server.credentials = { username: 'joe', password: 'correct-horse-battery' };
  const domain = await server.start(service.engine);
  const image = `${domain}/private`;
  try {
    const registry = { domain, username: 'joe', password: 'correct-horse-battery' };
    const kept = await admin.call<{ registry: { uuid: string } }>('POST', '/registries', { registry });
    await admin.call('POST', '/networks', { name: 'blue', neutron_net_id: 'net-blue' });
    const { services } = await admin.call<{ services: { host: string }[] }>('GET', '/services');
    const request = {
      ...{ image, registry: kept.registry.uuid, image_pull_policy: 'always', auto_remove: true },
      ...{ nets: [{ network: 'blue' }], security_groups: ['default'], host: services[0]!.host },
    };
    const { uuid } = await run(admin, request);
    const seen = await admin.call<Record<string, unknown>>('GET', `/containers/${uuid}`);
    expect(seen).toMatchObject({
      ...{ auto_remove: true, host: request.host, registry_id: request.registry },
      security_groups: [expect.any(String)],
      addresses: { 'net-blue': [expect.objectContaining({ version: 4 })] },
    });
    const { Config, HostConfig, NetworkSettings } = await inspect(uuid);
    expect(Config).toMatchObject({ Image: `${image}:latest` });
    expect(HostConfig).toMatchObject({ AutoRemove: true });
    expect(Object.keys(NetworkSettings.Networks)).toEqual([expect.stringContaining('net-blue')]);
    await admin.call('POST', `/containers/${uuid}/kill`);
    await admin.isGone(uuid);
    await engineCall(service.engine.socket, 'DELETE', `/images/${image}:latest?force=true`);
    await admin.call('DELETE', `/registries/${request.registry}`);
  } finally {
    await server.stop();
  }
});

// It is not started: that takes more capabilities than a test may count on.
it('hands on that a container is privileged, where a policy lets somebody ask for it', async () => {
  const { uuid } = await admin.create({ image: 'busybox', privileged: true });
  expect(await admin.reaches(uuid, 'Created')).toMatchObject({ privileged: true });
  expect((await inspect(uuid)).HostConfig).toMatchObject({ Privileged: true });
});

it('finds no host for a disk that no engine here can limit', async () => {
  const { uuid } = await demo.run({ image: 'busybox', disk: 1, command: ['true'] });
  expect((await demo.reaches(uuid, 'Error')).status_reason).toMatch(/not enough hosts/);
});

describe('volumes', () => {
  it('that are named outlive their container, and are their project’s alone', async () => {
    const first = await run(demo, { mounts: [{ source: 'data', destination: '/data' }] });
    await inside(demo, first.uuid, "sh -c 'echo kept > /data/file'");
    await demo.call('DELETE', `/containers/${first.uuid}?stop=true`);
    await demo.isGone(first.uuid);
    const second = await run(demo, { mounts: [{ source: 'data', destination: '/other' }] });
    expect(await inside(demo, second.uuid, 'cat /other/file')).toBe('kept\n');
    const foreign = await run(admin, { mounts: [{ source: 'data', destination: '/data' }] });
    expect(await inside(admin, foreign.uuid, 'ls /data')).toBe('');
  });

  it('of a container’s own go with it, whichever way it goes', async () => {
    const before = await volumes();
    const mine = await run(demo, { mounts: [{ size: '1', source: '', destination: '/data' }] });
    const short = await demo.run({
      image: 'busybox',
      command: ['true'],
      auto_remove: true,
      mounts: [{ size: 1, destination: '/data' }],
    });
    await demo.isGone(short.uuid);
    expect((await volumes()).length).toBe(before.length + 1);
    await demo.call('DELETE', `/containers/${mine.uuid}?stop=true`);
    await demo.isGone(mine.uuid);
    expect(await volumes()).toEqual(before);
  });

  it('by a uuid that is not there are not found', async () => {
    const mounts = [{ source: '00000000-0000-4000-8000-000000000000', destination: '/data' }];
    const { status, text } = await demo.request('POST', '/containers', { body: { image: 'busybox', mounts } });
    expect([status, text]).toEqual([404, expect.stringContaining('volume-not-found') as string]);
  });
});

describe('a file', () => {
  it('in the place of a directory fails the create, with nothing left', async () => {
    const { uuid } = await demo.run({ image: 'busybox', mounts: [{ type: 'bind', source: '', destination: '/etc' }] });
    const { status_reason: reason } = await demo.reaches(uuid, 'Error');
    expect(reason).toMatch(/directory/);
    await expect(inspect(uuid)).rejects.toThrow();
  });
});

describe('a container that is removed behind our back', () => {
  it('is made again with its files and volumes, and runs, with auto_heal', async () => {
    const mounts = [
      { type: 'bind', source: base64('hi'), destination: '/etc/hi' },
      { size: 1, destination: '/data' },
    ];
    const { uuid } = await run(demo, { auto_heal: true, mounts });
    await inside(demo, uuid, "sh -c 'echo kept > /data/file'");
    await removeBehindOurBack(uuid);
    await eventually(
      async () => inspect(uuid),
      ({ State }) => State.Status === 'running',
      { describe: 'it runs again' },
    );
    await demo.reaches(uuid, 'Running');
    expect(await inside(demo, uuid, 'cat /data/file /etc/hi')).toBe('kept\nhi');
    const { containerActions } = await demo.call<{ containerActions: { action: string }[] }>(
      'GET',
      `/containers/${uuid}/container_actions`,
    );
    expect(containerActions.map(({ action }) => action)).toEqual(['rebuild', 'create']);
  });

  it('is in Error with the reason, without', async () => {
    const { uuid } = await run(demo, {});
    await removeBehindOurBack(uuid);
    expect((await demo.reaches(uuid, 'Error')).status_reason).toMatch(/No such container/);
    const { status, text } = await demo.request('GET', `/containers/${uuid}/logs`);
    expect([status, text]).toEqual([409, expect.stringContaining('is not on its host') as string]);
  });

  it('is noticed also when the service was down meanwhile', async () => {
    const { uuid } = await run(demo, {});
    await service.stop();
    await removeBehindOurBack(uuid);
    await service.start();
    demo = await service.client('demo');
    admin = await service.client('admin');
    expect((await demo.reaches(uuid, 'Error')).status_reason).toMatch(/No such container/);
  });
});
