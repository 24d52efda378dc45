import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, ApiClient, ContainerView } from '../lib/api-client.js';
import { stockClients } from '../lib/clients.js';
import { PATIENT } from '../lib/commands.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';
import { eventually } from '../lib/eventually.js';

interface Refusal {
  readonly errors: { readonly code: string; readonly detail: string }[];
}
interface NetworkView {
  readonly uuid: string;
  readonly project_id: string;
  readonly neutron_net_id: string;
}

let service: EmbeddedService;
let demo: ApiClient;
let other: ApiClient;
/** Administrates demo's project. */
let admin: ApiClient;
let container: ContainerView;
/** Id of the network that the project has anyway. */
let own: string;

beforeAll(async () => {
  service = await startEmbedded();
  [demo, other, admin] = await Promise.all([service.client('demo'), service.client('other'), service.client('admin')]);
  const { uuid } = await demo.run({ name: 'wired', image: 'busybox', command: PATIENT });
  container = await demo.reaches(uuid, 'Running');
  [own] = Object.keys(container.addresses) as [string];
});

afterAll(async () => {
  await demo?.deleteAll();
  await admin?.deleteAll();
  await service?.purge();
});

const refusal = ({ status, body }: Answer): [number, string] => [status, (body as Refusal).errors[0]!.code];
const act = (client: ApiClient, action: 'attach' | 'detach', query: string, ident = 'adm', version?: string) =>
  client.request('POST', `/containers/${ident}/network_${action}${query}`, version ? { version } : {});
const makeNetwork = (client: ApiClient, name: string | null, neutron_net_id: string) =>
  client.request<NetworkView>('POST', '/networks', { body: { name, neutron_net_id } });
const deleteNetwork = (id: string, version = '1.27') => admin.request('DELETE', `/networks//${id}`, { version });
const networksOf = async (client: ApiClient, ident: string): Promise<string[]> =>
  Object.keys((await client.container(ident)).addresses).sort();

const isOn = (client: ApiClient, ident: string, ...ids: string[]): Promise<string[]> =>
  eventually(
    () => networksOf(client, ident),
    (seen) => seen.join() === [...ids].sort().join(),
    { describe: `${ident} is on ${ids.join()}` },
  );

describe('/v1/networks', () => {
  it('makes one for the project of the administrator, and says what it is', async () => {
    const { status, body } = await makeNetwork(admin, 'blue', 'net-blue');
    expect(status).toBe(200);
    const ids = { neutron_net_id: 'net-blue', network_id: 'net-blue' };
    expect(body).toEqual({
      ...ids,
      name: 'blue',
      project_id: expect.stringMatching(/./) as string,
      user_id: expect.any(String) as string,
      uuid: body.uuid,
    });
  });

  it('gives an id once', async () => {
    expect(refusal(await makeNetwork(admin, 'again', 'net-blue'))).toEqual([409, 'container.network-already-exists']);
  });

  it.each([
    [{ neutron_net_id: 'net-x' }, 'name'],
    [{ name: 'x1' }, 'neutron_net_id'],
    [{ name: 'x1', neutron_net_id: null }, 'neutron_net_id'],
    [{ name: 'x1', neutron_net_id: 'a/b' }, 'neutron_net_id'],
    [{ name: 'x1', neutron_net_id: 'zun-other' }, 'neutron_net_id'],
    [{ name: 'x', neutron_net_id: 'net-x' }, 'name'],
  ])('refuses %j', async (body, field) => {
    const answer = await admin.request<Refusal>('POST', '/networks', { body });
    expect(refusal(answer)).toEqual([400, 'container.schema-validation-error']);
    expect(answer.body.errors[0]!.detail).toContain(field);
  });

  it('is for administrators', async () => {
    expect(refusal(await makeNetwork(demo, 'mine', 'net-mine'))).toEqual([403, 'container.policy-not-authorized']);
    expect((await demo.request('DELETE', '/networks/net-blue')).status).toBe(403);
    expect((await admin.request('GET', '/networks')).status).toBe(405);
  });

  it('does not delete what is not there, nor before its version', async () => {
    expect(refusal(await deleteNetwork('nowhere'))).toEqual([404, 'container.network-not-found']);
    expect((await deleteNetwork('net-blue', '1.26')).status).toBe(406);
  });
});

describe('nets of a new container', () => {
  it('are refused when there is no such network, or none of the project', async () => {
    for (const network of ['no-such-net', 'net-blue', 'blue', 'zun-elsewhere', 'bridge']) {
      const answer = await demo.request('POST', '/containers', { body: { image: 'busybox', nets: [{ network }] } });
      expect(refusal(answer)).toEqual([404, 'container.network-not-found']);
    }
  });

  it('are refused when one is named twice, or with an address of a kind that there is not', async () => {
    for (const nets of [[{ network: own }, { network: own }], [{ network: own, 'v6-fixed-ip': 'fd00::1' }]]) {
      const answer = await demo.request('POST', '/containers', { body: { image: 'busybox', nets } });
      expect(refusal(answer)).toEqual([400, 'container.invalid-value']);
    }
  });

  it("are found by id and by name, the project's own too", async () => {
    const nets = [{ network: 'blue' }];
    const { uuid } = await admin.run({ name: 'adm', image: 'busybox', command: PATIENT, nets });
    expect(Object.keys((await admin.reaches(uuid, 'Running')).addresses)).toEqual(['net-blue']);
    const again = await demo.run({ name: 'again', image: 'busybox', command: PATIENT, nets: [{ network: own }] });
    expect(Object.keys((await demo.reaches(again.uuid, 'Running')).addresses)).toEqual([own]);
  });

  it('must be clear', async () => {
    for (const id of ['net-r1', 'net-r2']) await makeNetwork(admin, 'red', id);
    const answer = await admin.request('POST', '/containers', { body: { image: 'busybox', nets: [{ network: 'red' }] } });
    expect(refusal(answer)).toEqual([409, 'container.conflict']);
    expect(refusal(await act(admin, 'attach', '?network=red'))).toEqual([409, 'container.conflict']);
  });
});

describe('network_attach and network_detach', () => {
  it('put a running container on a network, which it keeps when it is rebooted and rebuilt', async () => {
    const answer = await act(admin, 'attach', '?network=net-r1');
    expect([answer.status, answer.text]).toEqual([200, 'null']);
    await isOn(admin, 'adm', 'net-blue', 'net-r1');
    for (const action of ['reboot?timeout=1', 'rebuild']) {
      await admin.call('POST', `/containers/adm/${action}`);
      await admin.reaches('adm', 'Running');
      expect(await networksOf(admin, 'adm')).toEqual(['net-blue', 'net-r1']);
    }
  });

  it('take it off again, by network or by the port that network_list tells', async () => {
    expect((await act(admin, 'detach', '?network=blue')).status).toBe(202);
    await isOn(admin, 'adm', 'net-r1');
    const { networks } = await admin.call<{ networks: { port_id: string }[] }>('GET', '/containers/adm/network_list');
    expect((await act(admin, 'detach', `?port=${networks[0]!.port_id}`)).status).toBe(202);
    await isOn(admin, 'adm');
    await admin.call('POST', '/containers/adm/rebuild');
    await admin.reaches('adm', 'Running');
    expect(await networksOf(admin, 'adm')).toEqual([]);
    expect((await act(admin, 'attach', '')).status).toBe(200);
    await eventually(
      () => networksOf(admin, 'adm'),
      (seen) => seen.length === 1 && seen[0]!.startsWith('zun-'),
      { describe: "adm is on its project's own network" },
    );
  });

  it('give the address that was asked for', async () => {
    await act(admin, 'attach', '?network=blue');
    await eventually(
      () => networksOf(admin, 'adm'),
      (seen) => seen.includes('net-blue'),
      { describe: 'it is on blue' },
    );
    const { addr } = (await admin.container('adm')).addresses['net-blue']![0]!;
    const wanted = addr.replace(/\d+$/, '77');
    await act(admin, 'detach', '?network=blue');
    await eventually(
      () => networksOf(admin, 'adm'),
      (seen) => !seen.includes('net-blue'),
      { describe: 'it is off blue' },
    );
    expect((await act(admin, 'attach', `?network=net-blue&fixed_ip=${wanted}`)).status).toBe(200);
    await eventually(
      async () => (await admin.container('adm')).addresses['net-blue']?.[0]?.addr,
      (seen) => seen === wanted,
      { describe: `it has ${wanted}` },
    );
  });

  it('tell of an address that the network has not, and the record is what the container has', async () => {
    const { headers } = await act(admin, 'attach', '?network=net-r2&fixed_ip=192.0.2.9');
    const path = `/containers/adm/container_actions/${headers.get('x-openstack-request-id')}`;
    const action = await eventually(
      () => admin.call<{ action: string; message: string | null; finish_time: string | null }>('GET', path),
      (seen) => seen.finish_time !== null,
      { describe: 'the action has ended' },
    );
    expect(action).toMatchObject({ action: 'network_attach', message: 'Error' });
    expect(await admin.container('adm')).toMatchObject({
      status: 'Running',
      status_reason: expect.stringContaining('192.0.2.9') as string,
    });
    expect(refusal(await act(admin, 'detach', '?network=net-r2'))).toEqual([400, 'container.invalid']);
  });

  it.each([
    ['attach', '?network=net-blue', 400, 'invalid'],
    ['attach', '?network=nowhere', 404, 'network-not-found'],
    ['attach', '?network=a&port=b', 400, 'schema-validation-error'],
    ['attach', '?network=net-blue&fixed_ip=x', 400, 'schema-validation-error'],
    ['attach', '?port=abc', 400, 'invalid-value'],
    ['attach', '?network=net-r2&fixed_ip=fd00::1', 400, 'invalid-value'],
    ['detach', '?network=net-r2', 400, 'invalid'],
    ['detach', '?network=nowhere', 404, 'network-not-found'],
    ['detach', '?port=nowhere', 404, 'port-not-found'],
    ['detach', '', 400, 'schema-validation-error'],
    ['detach', '?network=a&port=b', 400, 'schema-validation-error'],
  ] as const)('%s %s is refused: %i %s', async (action, query, status, code) => {
    expect(refusal(await act(admin, action, query))).toEqual([status, `container.${code}`]);
  });

  it("never reach another project's container or network", async () => {
    expect((await act(other, 'attach', '', container.uuid)).status).toBe(404);
    expect((await act(demo, 'attach', '?network=net-blue', 'wired')).status).toBe(404);
    // An administrator acts on the container of a project within that project's networks.
    expect((await act(admin, 'attach', '?network=net-blue', container.uuid)).status).toBe(404);
  });

  it('are not there before their versions', async () => {
    expect((await act(demo, 'attach', '', 'wired', '1.7')).status).toBe(406);
    expect((await act(demo, 'detach', '?network=x', 'wired', '1.5')).status).toBe(406);
  });

  it('are what zun network-attach and network-detach do', async () => {
    const clients = await stockClients(service.credentials('demo'));
    await clients.zun('network-detach', '--network', own, 'wired');
    await isOn(demo, 'wired');
    await clients.zun('network-attach', '--network', own, 'wired');
    await isOn(demo, 'wired', own);
    expect(await clients.zun('network-list', 'wired')).toContain(own);
  });
});

describe('a network in use', () => {
  it('is not deleted, and one that is not is', async () => {
    expect(refusal(await deleteNetwork('net-blue'))).toEqual([409, 'container.conflict']);
    expect((await deleteNetwork('net-r2')).status).toBe(204);
    expect((await act(admin, 'detach', '?network=net-blue')).status).toBe(202);
    expect((await deleteNetwork('net-blue')).status).toBe(204);
    expect(refusal(await act(admin, 'attach', '?network=net-blue'))).toEqual([404, 'container.network-not-found']);
  });
});
