import { ServiceUnavailableError, systemClock } from '@zun/domain';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { HttpResponse } from './http-client.js';
import type { KeystoneSession } from './keystone-session.js';
import { ServiceCatalog } from './service-catalog.js';

const ENDPOINTS = [
  { interface: 'internal', region: 'one', region_id: 'one', url: 'http://internal.one/' },
  { interface: 'public', region: 'two', region_id: 'two', url: 'http://public.two' },
  { interface: 'public', region: 'one', region_id: 'one', url: 'http://public.one/image//' },
];

const ANY = { region: null, interface: 'publicURL' };

let now: number;
let services: unknown[];
const get = vi.fn<() => Promise<HttpResponse>>();
let catalog: ServiceCatalog;

beforeEach(() => {
  now = 0;
  services = [{ type: 'image', endpoints: ENDPOINTS }];
  get.mockReset();
  get.mockImplementation(async () => ({
    status: 200,
    header: () => undefined,
    text: () => '',
    json: () => ({ catalog: services }),
  }));
  catalog = new ServiceCatalog({ get } as unknown as KeystoneSession, { ...systemClock, now: () => now });
});

describe('an endpoint', () => {
  it.each([
    [{ region: 'one', interface: 'publicURL' }, 'http://public.one/image'],
    [{ region: 'one', interface: 'internal' }, 'http://internal.one'],
    [{ region: null, interface: 'public' }, 'http://public.two'],
    [{ region: 'two', interface: 'internalURL' }, null],
  ])('of %j is %s', async (choice, url) => {
    expect(await catalog.endpointOf('image', choice)).toBe(url);
  });

  it('of a service that the cloud does not have is none', async () => {
    expect(await catalog.endpointOf('volume', ANY)).toBeNull();
  });

  it('is asked for once by many, and not again for five minutes', async () => {
    await Promise.all([catalog.endpointOf('image', ANY), catalog.endpointOf('image', ANY)]);
    now += 299_000;
    await catalog.endpointOf('image', ANY);
    expect(get).toHaveBeenCalledOnce();
    now += 2_000;
    await catalog.endpointOf('image', ANY);
    expect(get).toHaveBeenCalledTimes(2);
  });

  it('that was not there is found within a minute of being added', async () => {
    services = [];
    expect(await catalog.endpointOf('image', ANY)).toBeNull();
    services = [{ type: 'image', endpoints: ENDPOINTS }];
    now += 61_000;
    expect(await catalog.endpointOf('image', ANY)).toBe('http://public.two');
  });

  it('stays known while Keystone is away', async () => {
    await catalog.endpointOf('image', ANY);
    get.mockRejectedValue(new ServiceUnavailableError('away'));
    now += 600_000;
    expect(await catalog.endpointOf('image', ANY)).toBe('http://public.two');
    await expect(catalog.endpointOf('volume', ANY)).rejects.toThrow('away');
  });
});
