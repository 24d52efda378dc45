import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stockClients, type StockClients } from '../lib/clients.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';

let service: EmbeddedService;
let demo: StockClients;
let admin: StockClients;
let project: string;

beforeAll(async () => {
  service = await startEmbedded({ settings: { DEFAULT: { default_availability_zone: 'east' }, quota: { containers: 9 } } });
  demo = await stockClients(service.credentials('demo'));
  admin = await stockClients(service.credentials('admin'));
  const api = await service.client('demo');
  const { registry } = await api.call<{ registry: { uuid: string; project_id: string } }>('POST', '/registries', {
    registry: { domain: 'first.example' },
  });
  project = registry.project_id;
  await api.call('DELETE', `/registries/${registry.uuid}`);
});

afterAll(() => service?.purge());

/** The cells of the first row that begins with this. */
function row(text: string, first: string): string[] {
  const rows = text.split('\n').map((line) => line.split('|').slice(1, -1));
  return rows.map((cells) => cells.map((cell) => cell.trim())).find(([cell]) => cell === first) ?? [];
}

const lowered = (given: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));

describe('the zun client', () => {
  it('quota-get, quota-update, quota-defaults, quota-delete', async () => {
    expect(row(await demo.zun('quota-get', project), 'containers')).toEqual(['containers', '9']);
    await admin.zun('quota-update', project, '--containers', '5', '--memory', '1024');
    expect(row(await demo.zun('quota-get', '--usages', project), 'containers').join(' ')).toMatch(/5.*0\.0|0\.0.*5/);
    expect(row(await demo.zun('quota-defaults', project), 'containers')).toEqual(['containers', '9']);
    await admin.zun('quota-delete', project);
    expect(row(await demo.zun('quota-get', project), 'containers')).toEqual(['containers', '9']);
    expect((await demo.attempt('zun', 'quota-update', project, '--containers', '50')).code).not.toBe(0);
  });

  it('quota-class-get, quota-class-update', async () => {
    await admin.zun('quota-class-update', 'gold', '--cpu', '64');
    expect(row(await admin.zun('quota-class-get', 'gold'), 'cpu')).toEqual(['cpu', '64']);
  });

  it('registry-create, -list, -show, -update, -delete', async () => {
    const made = await demo.zun(
      'registry-create',
      '--name',
      'by-zun',
      '--username',
      'joe',
      '--password',
      'pw',
      '--domain',
      'z.example',
    );
    expect(row(made, 'password')).toEqual(['password', '***']);
    expect(await demo.zun('registry-list')).toContain('by-zun');
    expect(row(await demo.zun('registry-show', 'by-zun'), 'domain')).toEqual(['domain', 'z.example']);
    await demo.zun('registry-update', 'by-zun', '--domain', 'y.example');
    expect(row(await demo.zun('registry-show', 'by-zun'), 'domain')).toEqual(['domain', 'y.example']);
    await demo.zun('registry-delete', 'by-zun');
    expect(await demo.zun('registry-list')).not.toContain('by-zun');
  });

  it('availability-zone-list', async () => {
    expect(row(await demo.zun('availability-zone-list'), 'east')).toEqual(['east']);
  });
});

describe('openstack appcontainer', () => {
  it('quota get, update, default, delete', async () => {
    expect(lowered(await demo.json('appcontainer quota get', project))).toMatchObject({ containers: 9 });
    await admin.openstack('appcontainer', 'quota', 'update', '--containers', '4', project);
    expect(lowered(await demo.json('appcontainer quota get', project))).toMatchObject({ containers: 4 });
    expect(lowered(await demo.json('appcontainer quota default', project))).toMatchObject({ containers: 9 });
    await admin.openstack('appcontainer', 'quota', 'delete', project);
    expect(lowered(await demo.json('appcontainer quota get', project))).toMatchObject({ containers: 9 });
  });

  it('quota class update, get', async () => {
    await admin.openstack('appcontainer', 'quota', 'class', 'update', '--disk', '7', 'silver');
    expect(lowered(await admin.json('appcontainer quota class get', 'silver'))).toMatchObject({ disk: 7 });
  });

  it('registry create, list, show, update, delete', async () => {
    const options = ['--name', 'by-osc', '--username', 'joe', '--password', 'pw', '--domain', 'o.example'];
    const made = await demo.json('appcontainer registry create', ...options);
    expect(made).toMatchObject({ name: 'by-osc', domain: 'o.example', username: 'joe', password: '***' });
    const all = await demo.json<Record<string, unknown>[]>('appcontainer registry list');
    expect(all.map(lowered)).toEqual([expect.objectContaining({ name: 'by-osc', domain: 'o.example' })]);
    await demo.openstack('appcontainer', 'registry', 'update', '--username', 'jim', 'by-osc');
    expect(await demo.json('appcontainer registry show', 'by-osc')).toMatchObject({ username: 'jim' });
    await demo.openstack('appcontainer', 'registry', 'delete', 'by-osc');
    expect(await demo.json('appcontainer registry list')).toEqual([]);
  });

  it('availability zone list', async () => {
    const zones = await demo.json<Record<string, unknown>[]>('appcontainer availability zone list');
    expect(zones.map(lowered)).toEqual([{ availability_zone: 'east' }]);
  });
});
