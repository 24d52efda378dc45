import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiClient } from '../lib/api-client.js';
import { PATIENT } from '../lib/commands.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';

let service: EmbeddedService;
let demo: ApiClient;

beforeAll(async () => {
  service = await startEmbedded();
  demo = await service.client('demo');
});

afterAll(async () => {
  await demo?.deleteAll();
  await service?.purge();
});

it('runs a container to its end and keeps its log', async () => {
  const { uuid } = await demo.run({ name: 'first', image: 'zun/hello' });
  await demo.reaches(uuid, 'Stopped');
  expect(await demo.call('GET', `/containers/${uuid}/logs`)).toContain('Hello from your first container!');
});

it('runs a command in a container', async () => {
  const { uuid } = await demo.run({ name: 'second', image: 'busybox', command: PATIENT });
  await demo.reaches(uuid, 'Running');
  const answer = await demo.call('POST', `/containers/${uuid}/execute?command=echo+inside`);
  expect(answer).toMatchObject({ output: 'inside\n', exit_code: 0 });
});

it('reads a log of many megabytes whole, and leaves the service small', async () => {
  const lines = 400_000;
  const command = ['sh', '-c', `yes ${'x'.repeat(99)} | head -n ${lines}`];
  const { uuid } = await demo.run({ name: 'talkative', image: 'busybox', command });
  await demo.reaches(uuid, 'Stopped', 120_000);
  const log = await demo.call<string>('GET', `/containers/${uuid}/logs`);
  expect(log).toHaveLength(lines * 100);
  expect(await demo.call('GET', `/containers/${uuid}/logs?tail=2`)).toBe(`${'x'.repeat(99)}\n`.repeat(2));
});
