import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient, ContainerView } from '../lib/api-client.js';
import { stockClients } from '../lib/clients.js';
import { PATIENT } from '../lib/commands.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';

let service: EmbeddedService;
let demo: ApiClient;
let running: ContainerView;

beforeAll(async () => {
  service = await startEmbedded();
  demo = await service.client('demo');
  const { uuid } = await demo.run({ name: 'wired', image: 'busybox', command: PATIENT });
  running = await demo.reaches(uuid, 'Running');
});

afterAll(async () => {
  await demo?.deleteAll();
  await service?.purge();
});

describe('network_list', () => {
  const list = (version: string) =>
    demo.request<{ networks: Record<string, unknown>[] }>('GET', '/containers/wired/network_list', { version });

  it('tells the addresses that the container has, by port', async () => {
    const [netId, [address]] = Object.entries(running.addresses)[0] as [string, { addr: string }[]];
    const { status, body } = await list('1.18');
    expect(status).toBe(200);
    expect(body.networks).toEqual([
      {
        net_id: netId,
        port_id: expect.any(String) as string,
        fixed_ips: [{ subnet_id: null, version: 4, ip_address: address!.addr }],
      },
    ]);
  });

  it('tells them one by one up to version 1.17, and not before 1.13', async () => {
    const { body } = await list('1.17');
    expect(Object.keys(body.networks[0]!).sort()).toEqual(['ip_address', 'net_id', 'port_id', 'subnet_id', 'version']);
    expect((await list('1.12')).status).toBe(406);
  });

  // Not `openstack appcontainer network list`: with the osc-lib of today that breaks off by itself ("Invalid formatter provided").
  it('is what zun network-list shows', async () => {
    const clients = await stockClients(service.credentials('demo'));
    const [netId] = Object.keys(running.addresses);
    expect(await clients.zun('network-list', 'wired')).toContain(netId);
  });
});

describe.each(['add_security_group', 'remove_security_group'])('%s', (action) => {
  const ask = (ident: string, version = '1.14') =>
    demo.request<{ errors: { detail: string }[] }>('POST', `/containers/${ident}/${action}?name=default`, { version });

  it('says that there is none to add or remove', async () => {
    const { status, body } = await ask('wired');
    expect([status, body.errors[0]!.detail]).toEqual([
      400,
      'name: the network driver of this service has the group default only, which every container is in.',
    ]);
  });

  it('is not there for a container that is not, nor after its version', async () => {
    expect((await ask('nowhere')).status).toBe(404);
    expect((await ask('wired', '1.15')).status).toBe(406);
  });
});

it('zun rename, at a version that has it', async () => {
  const clients = await stockClients(service.credentials('demo'));
  await clients.zun('--zun-api-version', '1.13', 'rename', 'wired', 'rewired');
  expect((await demo.container('rewired')).uuid).toBe(running.uuid);
});
