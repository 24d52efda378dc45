import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';

let service: EmbeddedService;

beforeAll(async () => {
  service = await startEmbedded({ settings: { DEFAULT: { default_availability_zone: 'east' } } });
});

afterAll(() => service?.purge());

it('lists the zones of hosts, in pages', async () => {
  const demo = await service.client('demo');
  const list = (query: string): Promise<unknown> => demo.call('GET', `/availability_zones${query}`);
  const zones = [{ availability_zone: 'east' }];
  expect(await list('')).toEqual({ availability_zones: zones, next: null });
  expect(await list('?surprise=1&sort_key=availability_zone&sort_dir=desc')).toEqual({ availability_zones: zones, next: null });
  const next = `${demo.url}/availability_zones?sort_key=availability_zone&sort_dir=asc&limit=1&marker=east`;
  expect(await list('?limit=1')).toEqual({ availability_zones: zones, next });
  expect(await list(next.slice(next.indexOf('?')))).toEqual({ availability_zones: [], next: null });
  expect((await demo.request('GET', '/availability_zones?marker=west')).status).toBe(404);
});
