import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Answer, ApiClient, ContainerView } from '../lib/api-client.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';

let service: EmbeddedService;
let demo: ApiClient;
let other: ApiClient;

beforeAll(async () => {
  service = await startEmbedded({ settings: { compute: { unique_container_name_scope: 'project' } } });
  [demo, other] = [await service.client('demo'), await service.client('other')];
});

afterAll(async () => {
  await demo?.deleteAll();
  await other?.deleteAll();
  await service?.purge();
});

const create = (client: ApiClient, name?: string): Promise<Answer<ContainerView>> =>
  client.request<ContainerView>('POST', '/containers', { body: { image: 'busybox', command: ['true'], memory: '16', name } });

const refusal = ({ status, body }: Answer): unknown => [status, (body as { errors?: { code: string }[] }).errors?.[0]?.code];

it('gives a name once in a project, whatever its case', async () => {
  const answers = await Promise.all(['web', 'WEB', 'Web', 'web'].map((name) => create(demo, name)));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  for (const answer of answers.filter(({ status }) => status !== 202)) {
    expect(refusal(answer)).toEqual([409, 'container.container-already-exists']);
  }
  expect((await create(other, 'web')).status).toBe(202);
});

it('holds renaming to it, too', async () => {
  const { body } = await create(demo, 'app');
  await demo.reaches(body.uuid, 'Created');
  const rename = (name: string): Promise<Answer> => demo.request('PATCH', `/containers/${body.uuid}`, { body: { name } });
  expect(refusal(await rename('WEB'))).toEqual([409, 'container.container-already-exists']);
  expect((await rename('App')).status).toBe(200);
  expect((await demo.container('App')).uuid).toBe(body.uuid);
});

it('makes names up that are free', async () => {
  const made = await Promise.all(Array.from({ length: 20 }, () => create(demo)));
  expect(made.map(({ status }) => status)).toEqual(made.map(() => 202));
  await demo.deleteAll(60_000);
});
