import { expect, it } from 'vitest';
import { eventually } from './eventually.js';
import type { StockClients } from './clients.js';
import { PATIENT } from './commands.js';

/** Whose clients these are, as they are known only when the tests run. */
export interface Tourists {
  readonly demo: StockClients;
  readonly admin: StockClients;
  /** Names of the hosts that report. */
  readonly hosts: readonly string[];
}

interface Row {
  readonly name: string;
  readonly status: string;
}

/**
 * What a newcomer does with the stock clients, step by step; each checks what the user would look at. The same for both
 * footprints.
 */
export function clientTour(tourists: () => Tourists): void {
  const statusByZun = async (name: string): Promise<string> => (await shownByZun(tourists().demo, name)).status;
  const statusByOpenstack = async (name: string): Promise<string> => {
    return (await tourists().demo.json<Row>('appcontainer show', name)).status;
  };

  it('zun run', async () => {
    const { demo } = tourists();
    const shown = await demo.zun('run', '--name', 'tour', 'busybox', 'sh', '-c', `echo to the log; ${PATIENT[2]}`);
    expect(cell(shown, 'name')).toBe('tour');
    await becomes(() => statusByZun('tour'), 'Running');
  });

  it('zun list', async () => {
    const rows = tableRows(await tourists().demo.zun('list'));
    expect(rows.find((row) => row.includes('tour'))).toEqual(expect.arrayContaining(['busybox', 'Running']));
  });

  it('zun show', async () => {
    const shown = await shownByZun(tourists().demo, 'tour');
    expect(shown).toMatchObject({ name: 'tour', image: 'busybox', status: 'Running', task_state: null });
  });

  it('zun logs', async () => {
    await eventually(
      () => tourists().demo.zun('logs', 'tour'),
      (text) => text.includes('to the log'),
      { describe: 'the log has its line' },
    );
  });

  it('zun exec', async () => {
    expect(await tourists().demo.zun('exec', 'tour', 'sh', '-c', 'echo I am $(id -un)')).toContain('I am root');
  });

  it('zun stop and start', async () => {
    const { demo } = tourists();
    await demo.zun('stop', '-t', '1', 'tour');
    await becomes(() => statusByZun('tour'), 'Stopped');
    await demo.zun('start', 'tour');
    await becomes(() => statusByZun('tour'), 'Running');
  });

  it('zun delete', async () => {
    const { demo } = tourists();
    await demo.zun('delete', '--stop', 'tour');
    await eventually(
      () => demo.zun('list'),
      (text) => !text.includes('tour'),
      { describe: 'tour is off the list' },
    );
    const gone = await demo.attempt('zun', 'show', 'tour');
    expect(gone.code).not.toBe(0);
  });

  it('openstack appcontainer run', async () => {
    const { demo } = tourists();
    const shown = await demo.json<Row>('appcontainer run', '--name', 'tour-2', 'busybox', ...PATIENT);
    expect(shown.name).toBe('tour-2');
    await becomes(() => statusByOpenstack('tour-2'), 'Running');
  });

  it('openstack appcontainer list', async () => {
    const rows = await tourists().demo.json<Row[]>('appcontainer list');
    expect(rows).toContainEqual(expect.objectContaining({ name: 'tour-2', status: 'Running' }));
  });

  it('openstack appcontainer stop and start', async () => {
    const { demo } = tourists();
    await demo.openstack('appcontainer', 'stop', '--time', '1', 'tour-2');
    await becomes(() => statusByOpenstack('tour-2'), 'Stopped');
    await demo.openstack('appcontainer', 'start', 'tour-2');
    await becomes(() => statusByOpenstack('tour-2'), 'Running');
  });

  it('openstack appcontainer exec ends with the exit code of the command', async () => {
    const { code, stdout } = await tourists().demo.attempt(
      'openstack',
      ...['appcontainer', 'exec', 'tour-2', 'sh', '-c', 'echo seven; exit 7'],
    );
    expect({ code, stdout }).toEqual({ code: 7, stdout: expect.stringContaining('seven') as string });
  });

  it('openstack appcontainer delete', async () => {
    const { demo } = tourists();
    await demo.openstack('appcontainer', 'delete', '--stop', 'tour-2');
    await eventually(
      () => demo.json<Row[]>('appcontainer list'),
      (rows) => rows.every(({ name }) => name !== 'tour-2'),
      { describe: 'tour-2 is off the list' },
    );
  });

  it('openstack appcontainer host list, as admin', async () => {
    const { admin, hosts } = tourists();
    const rows = await admin.json<{ hostname: string; mem_total: number; cpus: number }[]>('appcontainer host list');
    expect(rows.map(({ hostname }) => hostname).sort()).toEqual([...hosts].sort());
    for (const { mem_total, cpus } of rows) expect(Math.min(mem_total, cpus)).toBeGreaterThan(0);
  });

  it('openstack appcontainer service list, as admin', async () => {
    const { admin, hosts } = tourists();
    type Service = Record<'Host' | 'Binary' | 'State', string> | Record<'host' | 'binary' | 'state', string>;
    const rows = (await admin.json<Service[]>('appcontainer service list')).map(lowerCased);
    for (const host of hosts) {
      expect(rows).toContainEqual(expect.objectContaining({ host, binary: 'zun-compute', state: 'up' }));
    }
  });

  it('hosts are not shown to a tenant', async () => {
    const { code, stderr } = await tourists().demo.attempt('openstack', 'appcontainer', 'host', 'list');
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/403|not authorized|forbidden|disallowed/i);
  });
}

async function becomes(look: () => Promise<string>, status: string): Promise<void> {
  await eventually(look, (seen) => seen === status, { describe: `status ${status}`, intervalMs: 300 });
}

async function shownByZun(clients: StockClients, name: string): Promise<Record<string, string> & { status: string }> {
  return JSON.parse(await clients.zun('show', '-f', 'json', name)) as Record<string, string> & { status: string };
}

/** The cells of a table that a client printed, without its frame and heading. */
function tableRows(text: string): string[][] {
  const rows = text.split('\n').filter((row) => row.startsWith('|'));
  return rows.slice(1).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((content) => content.trim()),
  );
}

/** The value beside a property in a two-column table. */
function cell(text: string, property: string): string | undefined {
  return tableRows(text).find(([name]) => name === property)?.[1];
}

function lowerCased(row: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]));
}
