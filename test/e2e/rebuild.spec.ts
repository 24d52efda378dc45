import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient, ContainerView } from '../lib/api-client.js';
import { stockClients } from '../lib/clients.js';
import { PATIENT } from '../lib/commands.js';
import { engineContainers, makeImage } from '../lib/engine.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';
import { eventually } from '../lib/eventually.js';

type Seen = ContainerView & { readonly image: string; readonly command: string[]; readonly memory: string; readonly cpu: number };
type Action = {
  action: string;
  message: string | null;
  finish_time: string | null;
  events?: { event: string; result: string }[];
};

let service: EmbeddedService;
let demo: ApiClient;

beforeAll(async () => {
  service = await startEmbedded();
  await makeImage(service.engine, 'zun/first', [...PATIENT]);
  await makeImage(service.engine, 'zun/second', ['sh', '-c', `echo second; ${PATIENT[2]}`]);
  demo = await service.client('demo');
});

afterAll(async () => {
  await demo?.deleteAll();
  await service?.purge();
});

const show = async (ident: string): Promise<Seen> => (await demo.container(ident)) as Seen;
const rebuild = (ident: string, query = '', body?: object) =>
  demo.request('POST', `/containers/${ident}/rebuild${query}`, body ? { body } : {});

/** The rebuild of that request, when it has ended. */
async function ended(uuid: string, requestId: string | null): Promise<Action> {
  const path = `/containers/${uuid}/container_actions/${requestId}`;
  const admin = await service.client('admin');
  return eventually(
    () => admin.call<Action>('GET', path),
    (seen) => seen.finish_time !== null,
    { describe: `the rebuild of ${uuid} has ended` },
  );
}

async function ranAndRebuilt(name: string, query: string): Promise<{ before: Seen; now: Seen; action: Action }> {
  const { uuid } = await demo.run({ name, image: 'zun/first', memory: '64', cpu: 0.1 });
  const before = (await demo.reaches(uuid, 'Running')) as Seen;
  const answer = await rebuild(name, query);
  expect([answer.status, answer.text]).toEqual([202, 'null']);
  const action = await ended(uuid, answer.headers.get('x-openstack-request-id'));
  return { before, now: await show(uuid), action };
}

describe('rebuild', () => {
  it("makes a running container anew from another image, with that image's command, and starts it", async () => {
    const { before, now, action } = await ranAndRebuilt('web', '?image=zun/second&image_driver=docker');
    expect(now).toMatchObject({ uuid: before.uuid, status: 'Running', image: 'zun/second', task_state: null });
    expect(now.command[2]).toContain('echo second');
    expect(Object.keys(now.addresses)).toEqual(Object.keys(before.addresses));
    expect(action).toMatchObject({ action: 'rebuild', message: null });
    expect(action.events!.map(({ event, result }) => [event, result]).sort()).toEqual([
      ['compute__do_container_rebuild', 'Success'],
      ['compute__do_container_start', 'Success'],
    ]);
    expect(await demo.call('GET', `/containers/web/logs`)).toContain('second');
    const there = (await engineContainers(service.engine)).filter(({ Names }) => Names.includes(`/zun-${before.uuid}`));
    expect(there.map(({ State }) => State)).toEqual(['running']);
  });

  it('keeps the command that its tenant gave, and changed limits', async () => {
    const { uuid } = await demo.run({ name: 'own', image: 'zun/first', command: ['sh', '-c', PATIENT[2]], memory: '64' });
    await demo.reaches(uuid, 'Running');
    await demo.call('PATCH', `/containers/${uuid}`, { memory: '128' });
    const { headers } = await rebuild(uuid, '', { image: 'zun/second' });
    await ended(uuid, headers.get('x-openstack-request-id'));
    const now = await show(uuid);
    expect(now).toMatchObject({ image: 'zun/second', memory: '128', status: 'Running', command: ['sh', '-c', PATIENT[2]] });
    expect(await demo.call('GET', `/containers/${uuid}/stats`)).toMatchObject({ 'MEM LIMIT(MiB)': 128 });
  });

  it('does not start what was not running', async () => {
    const { uuid } = await demo.create({ name: 'idle', image: 'zun/first' });
    await demo.reaches(uuid, 'Created');
    const { headers } = await rebuild('idle');
    const { events } = await ended(uuid, headers.get('x-openstack-request-id'));
    expect(events!.map(({ event }) => event)).toEqual(['compute__do_container_rebuild']);
    expect((await show(uuid)).status).toBe('Created');
  });

  it('leaves the container as it is when its new image cannot be had', async () => {
    const { before, now, action } = await ranAndRebuilt('safe', '?image=no.such.registry.invalid/none:1');
    expect(action).toMatchObject({ message: 'Error' });
    expect(now).toMatchObject({ uuid: before.uuid, status: 'Running', image: 'zun/first' });
    expect(now.status_reason).toMatch(/no\.such\.registry|lookup|connect/);
    const [own] = (await engineContainers(service.engine)).filter(({ Names }) => Names.includes(`/zun-${before.uuid}`));
    expect(own?.State).toBe('running');
  });

  it('mends a container that failed to start', async () => {
    const { uuid } = await demo.run({ name: 'broken', image: 'zun/first', command: ['no-such-command'] });
    await eventually(
      () => show(uuid),
      ({ status, task_state: task }) => status === 'Error' && task === null,
      { describe: 'it is in Error' },
    );
    const { status, headers } = await rebuild(uuid);
    expect(status).toBe(202);
    await ended(uuid, headers.get('x-openstack-request-id'));
    expect((await show(uuid)).status).toBe('Created');
  });

  it('finds a host anew for a container whose create has left nothing', async () => {
    const { uuid } = await demo.run({ name: 'nowhere', image: 'no.such.registry.invalid/none:1' });
    await eventually(
      () => show(uuid),
      ({ status }) => status === 'Error',
      { describe: 'it is in Error' },
    );
    const { status, headers } = await rebuild(uuid, '?image=zun/first');
    expect(status).toBe(202);
    await ended(uuid, headers.get('x-openstack-request-id'));
    expect(await show(uuid)).toMatchObject({ status: 'Created', image: 'zun/first' });
    const hosts = await (
      await service.client('admin')
    ).call<{ containers: { uuid: string; host: string }[] }>('GET', '/containers?all_projects=1');
    expect(hosts.containers.find((container) => container.uuid === uuid)!.host).not.toBeNull();
  });

  it.each([
    ['?image_driver=nope', 'validation-error', 'image_driver'],
    ['?image=x', 'schema-validation-error', 'image'],
    ['?image=UPPER', 'invalid-value', 'UPPER'],
    ['?image=zun/first&image=zun/second', 'schema-validation-error', 'image'],
  ])('refuses %s', async (query, code, said) => {
    const { status, body } = await rebuild('web', query);
    const [error] = (body as { errors: { code: string; detail: string }[] }).errors;
    expect([status, error!.code]).toEqual([400, `container.${code}`]);
    expect(error!.detail).toContain(said);
  });

  it('is refused in a state that it is not for', async () => {
    await demo.call('POST', '/containers/web/pause');
    await demo.reaches('web', 'Paused');
    expect((await rebuild('web')).status).toBe(409);
    await demo.call('POST', '/containers/web/unpause');
    await demo.reaches('web', 'Running');
  });

  it('is what zun rebuild does', async () => {
    const clients = await stockClients(service.credentials('demo'));
    await clients.zun('rebuild', '--image', 'zun/first', 'web');
    await eventually(
      () => show('web'),
      ({ image, status, task_state: task }) => image === 'zun/first' && status === 'Running' && task === null,
      { describe: 'web is rebuilt' },
    );
    expect((await show('web')).command[2]).not.toContain('echo second');
  });
});
