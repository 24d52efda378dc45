import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient, ContainerView } from '../lib/api-client.js';
import { PATIENT } from '../lib/commands.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';
import { eventually } from '../lib/eventually.js';

type Seen = ContainerView & { readonly memory: string; readonly cpu: number };

let service: EmbeddedService;
let demo: ApiClient;
let subject: string;

beforeAll(async () => {
  service = await startEmbedded({ settings: { quota: { memory: 512 } } });
  demo = await service.client('demo');
  const { uuid } = await demo.run({ name: 'first', image: 'busybox', command: PATIENT, memory: '64', cpu: 0.1 });
  subject = uuid;
  await demo.reaches(subject, 'Running');
});

afterAll(async () => {
  await demo?.deleteAll();
  await service?.purge();
});

const statusOf = async (path: string, version: string): Promise<number> =>
  (await demo.request('POST', `/containers/${path}`, { version })).status;

describe('rename', () => {
  it('gives a new name, up to version 1.13', async () => {
    const answer = await demo.request<Seen>('POST', `/containers/first/rename?name=second`, { version: '1.13' });
    expect([answer.status, answer.body.name, answer.body.uuid]).toEqual([200, 'second', subject]);
    expect((await demo.container('second')).uuid).toBe(subject);
    expect(await statusOf('second/rename?name=third', '1.14')).toBe(406);
  });

  it('refuses the name that it has', async () => {
    expect(await statusOf('second/rename?name=second', '1.1')).toBe(409);
  });
});

describe('resize_container', () => {
  const resize = (body: object, version = '1.40') =>
    demo.request<Seen>('POST', `/containers/${subject}/resize_container`, { body, version });
  const becomes = (memory: string): Promise<Seen> =>
    eventually(
      async () => (await demo.container(subject)) as Seen,
      (seen) => seen.memory === memory,
      { describe: `the memory is ${memory}` },
    );

  it('answers with the container as it was, and changes it in the background', async () => {
    const answer = await resize({ memory: '128', cpu: 0.2 });
    expect([answer.status, answer.body.memory]).toEqual([202, '64']);
    expect(await becomes('128')).toMatchObject({ cpu: 0.2, status: 'Running' });
    const stats = await demo.call<Record<string, number>>('GET', `/containers/${subject}/stats`);
    expect(stats['MEM LIMIT(MiB)']).toBe(128);
  });

  it('takes the changes in the order they came', async () => {
    const changes = [{ memory: '96' }, { cpu: 0.3 }, { memory: '112' }, { memory: '100' }];
    for (const change of changes) expect((await resize(change)).status).toBe(202);
    expect(await becomes('100')).toMatchObject({ cpu: 0.3 });
  });

  it('is refused beyond the quota, and before its version', async () => {
    expect((await resize({ memory: '1024' })).status).toBe(403);
    expect((await resize({ memory: '128' }, '1.18')).status).toBe(406);
  });

  it('leaves no action that a tenant sees', async () => {
    const { containerActions } = await demo.call<{ containerActions: { action: string }[] }>(
      'GET',
      `/containers/${subject}/container_actions`,
    );
    expect(containerActions.map(({ action }) => action)).toEqual(['create']);
  });
});
