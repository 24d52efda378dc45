import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAt, openBrowser, WIDTHS } from '../lib/browser.js';
import { ConsolePage } from '../lib/console-page.js';
import { startEmbedded, type EmbeddedService, type UserName } from '../lib/embedded.js';
import { eventually } from '../lib/eventually.js';

const COUNTS = `sh -c 'i=0; while :; do i=$((i+1)); echo "tick $i"; sleep 1; done'`;

let service: EmbeddedService;
let browser: Browser;
let origin: string;

beforeAll(async () => {
  service = await startEmbedded();
  origin = (await service.client('demo')).url.replace(/\/v1$/, '');
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.purge();
});

async function openConsole(): Promise<ConsolePage> {
  const context = await browser.newContext({ viewport: WIDTHS.desktop, colorScheme: 'light', locale: 'en-GB' });
  return new ConsolePage(await context.newPage(), origin);
}

async function signedIn(user: UserName): Promise<ConsolePage> {
  const zun = await openConsole();
  await zun.open();
  await zun.signIn(await service.userCredentials(user));
  await zun.heading('Containers').waitFor();
  return zun;
}

describe('a member', () => {
  let zun: ConsolePage;
  const broken: string[] = [];

  beforeAll(async () => {
    zun = await openConsole();
    zun.page.on('pageerror', (error) => broken.push(error.message));
    zun.page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) broken.push(message.text());
    });
  });
  afterAll(() => zun?.page.context().close());

  it('is told when the password is wrong, and signs in with the right one', async () => {
    await zun.open();
    expect(await lookAt(zun.page, 'sign-in')).toEqual([]);
    await zun.signIn({ username: 'demo', password: 'not this' });
    await zun.page.getByRole('alert').getByText('The user or the password is wrong.').waitFor();
    await zun.signIn(service.credentials('demo'));
    await zun.page.getByRole('link', { name: 'Create your first' }).waitFor();
    expect(await lookAt(zun.page, 'empty')).toEqual([]);
  });

  it('sees what is wrong with a request at the field that it is about', async () => {
    await zun.create({ Image: 'busybox', Memory: '1' });
    const memory = zun.page.getByLabel('Memory', { exact: true });
    await zun.page.getByText(/It must be a whole number of MiB/).waitFor();
    expect(await memory.getAttribute('aria-invalid')).toBe('true');
    expect(await memory.evaluate((control) => control === document.activeElement)).toBe(true);
    expect(await lookAt(zun.page, 'create')).toEqual([]);
  });

  it('creates a container, and sees it become Running without reading the page again', async () => {
    await zun.create({ Image: 'busybox', Name: 'counter', Command: COUNTS, CPU: '0.5', Memory: '64' });
    await zun.page.evaluate(() => Object.assign(window, { isSamePage: true }));
    await zun.reaches('Running');
    expect(await zun.page.evaluate(() => 'isSamePage' in window)).toBe(true);
    expect(await lookAt(zun.page, 'overview')).toEqual([]);
  });

  it('sees in the list what others do, without reading the page again', async () => {
    await zun.page.getByRole('link', { name: 'Containers' }).first().click();
    await zun.page.getByRole('row', { name: /counter.*Running.*busybox/s }).waitFor();
    await zun.page.evaluate(() => Object.assign(window, { isSamePage: true }));
    const demo = await service.client('demo');
    const { uuid } = await demo.run({ image: 'busybox', name: 'worker', command: ['sleep', '1000'], labels: { tier: 'back' } });
    await zun.page.getByRole('row', { name: /worker.*Running/s }).waitFor();
    await demo.call('POST', `/containers/${uuid}/pause`);
    await zun.page.getByRole('row', { name: /worker.*Paused/s }).waitFor();
    expect(await zun.page.evaluate(() => 'isSamePage' in window)).toBe(true);
  });

  it('finds one with the keyboard', async () => {
    await zun.page.keyboard.press('/');
    await zun.page.keyboard.type('nothing like it');
    await zun.page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    await zun.button('Show all').click();
    expect(await lookAt(zun.page, 'containers')).toEqual([]);
    await zun.page.getByRole('link', { name: 'counter' }).click();
  });

  it('follows its log', async () => {
    await zun.tab('Logs');
    const log = zun.page.getByRole('log');
    const ticks = async (): Promise<number> => (await log.innerText()).match(/tick \d+/g)?.length ?? 0;
    const before = await eventually(ticks, (count) => count > 0, { describe: 'the log has lines' });
    await eventually(ticks, (count) => count >= before + 3, { describe: 'the log goes on' });
    expect(await log.innerText()).toContain('tick 1\n');
    expect(await lookAt(zun.page, 'logs')).toEqual([]);
  });

  it('types in a terminal, whose size is that of the window', async () => {
    await zun.page.setViewportSize(WIDTHS.desktop);
    await zun.tab('Terminal');
    await zun.button('Open terminal').click();
    await zun.page.getByText('Connected').waitFor();
    await zun.type('echo $((6 * 7)) is the answer');
    await zun.sees(/^42 is the answer/m);
    const size = async (): Promise<string> => {
      await zun.type('clear; stty size');
      return /^(\d+ \d+)\s*$/m.exec(await zun.sees(/^\d+ \d+\s*$/m))![1]!;
    };
    const wide = await size();
    await zun.page.setViewportSize({ width: 800, height: 600 });
    await eventually(size, (now) => now !== wide && Number(now.split(' ')[1]) < 100, { describe: 'the terminal is smaller' });
    await zun.type('clear; ls -l --color=always /');
    await zun.sees(/ etc\s*$/m);
    expect(await lookAt(zun.page, 'terminal')).toEqual([]);
  });

  it('connects again when the command has ended', async () => {
    await zun.type('exit');
    await zun.button('Connect again').click();
    await zun.page.getByText('Connected').waitFor();
    await zun.type('clear; echo $((7 * 7))');
    await zun.sees(/^49/m);
    await zun.button('Leave').click();
  });

  it('attaches to its own process', async () => {
    await zun.button('Attach').click();
    await zun.sees(/tick \d+/);
    await zun.button('Leave').click();
  });

  it('sees charts that move', async () => {
    await zun.page.setViewportSize(WIDTHS.desktop);
    await zun.tab('Charts');
    const chart = zun.page.getByRole('figure', { name: 'Memory' });
    await chart.getByText(/^\d[\d.]* [KM]iB$/).waitFor();
    const points = async (): Promise<number> =>
      (await chart.locator('path').last().getAttribute('d'))?.match(/[ML]/g)?.length ?? 0;
    await eventually(points, (count) => count >= 8, { describe: 'the chart has points' });
    expect(await zun.page.getByRole('figure', { name: 'CPU' }).innerText()).toMatch(/\d %/);
    expect(await zun.page.getByRole('figure', { name: 'Network' }).innerText()).toMatch(/B\/s/);
    expect(await lookAt(zun.page, 'charts')).toEqual([]);
  });

  it('stops, starts and renames it', async () => {
    await zun.button('Stop').click();
    await zun.reaches('Stopped');
    await zun.button('Start').click();
    await zun.reaches('Running');
    await zun.button('Rename').click();
    await zun.page.getByLabel('New name').fill('renamed');
    await zun.page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await zun.heading('renamed').waitFor();
  });

  it('reads what was done to it', async () => {
    await zun.tab('Actions');
    const actions = zun.page.getByRole('listitem');
    await actions.filter({ hasText: /stop/i }).getByText('Done').waitFor();
    expect(
      await actions
        .filter({ hasText: /create/i })
        .first()
        .innerText(),
    ).toContain('Done');
    expect(await lookAt(zun.page, 'actions')).toEqual([]);
  });

  it('reads why one has failed', async () => {
    await zun.create({ Image: 'no-such/image', Name: 'doomed' });
    await zun.reaches('Error');
    await zun.tab('Actions');
    await zun.page.getByRole('listitem').getByText('Failed').waitFor();
    await zun.page.getByRole('listitem').getByText('Error', { exact: true }).waitFor();
    await zun.page
      .getByRole('main')
      .locator('.note.bad', { hasText: /registry|image/ })
      .waitFor();
    expect(await lookAt(zun.page, 'failed')).toEqual([]);
  });

  it('deletes one by its name, and sees it go', async () => {
    await zun.open();
    await zun.button('Delete renamed').click();
    const dialog = zun.page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: 'Delete' });
    expect(await confirm.isDisabled()).toBe(true);
    expect(await lookAt(zun.page, 'delete')).toEqual([]);
    await dialog.getByLabel('Type renamed to confirm').fill('renamed');
    await confirm.click();
    await zun.page.getByRole('link', { name: 'renamed' }).waitFor({ state: 'detached' });
    expect(await zun.page.getByRole('link', { name: 'doomed' }).count()).toBe(1);
  });

  it('sees what the project may have', async () => {
    await zun.page.getByRole('link', { name: 'Quotas' }).click();
    await zun.page.getByText(/ of 40$/).waitFor();
    expect(await lookAt(zun.page, 'quotas')).toEqual([]);
    expect(await zun.page.getByRole('link', { name: 'Hosts' }).count()).toBe(0);
  });

  it('is told that a page does not exist', async () => {
    await zun.open('/containers/no-such-container');
    await zun.heading('Not found').waitFor();
    expect(await lookAt(zun.page, 'not-found')).toEqual([]);
  });

  it('signs in again when the session has ended, and goes on there', async () => {
    await zun.open();
    const token = await zun.page.evaluate(() => (JSON.parse(sessionStorage.getItem('zun.session')!) as { token: string }).token);
    await fetch(`${origin}/console/api/sign-out`, { method: 'POST', headers: { 'X-Auth-Token': token } });
    // Without reading the page again, which would forget what the stream of events may have told by then.
    await zun.page.evaluate(() => (location.hash = '#/quotas'));
    await zun.page.getByText('Your session has ended.').waitFor();
    expect(await lookAt(zun.page, 'expired')).toEqual([]);
    await zun.signIn(service.credentials('demo'));
    await zun.heading('Quotas').waitFor();
  });

  it('meets nothing that is broken', () => {
    expect(broken).toEqual([]);
  });
});

describe('an administrator', () => {
  let zun: ConsolePage;
  beforeAll(async () => {
    zun = await signedIn('admin');
  });
  afterAll(() => zun?.page.context().close());

  it('takes a host out of use and back', async () => {
    await zun.page.getByRole('link', { name: 'Hosts' }).click();
    await zun.page.getByText('Up', { exact: true }).waitFor();
    expect(await lookAt(zun.page, 'hosts')).toEqual([]);
    await zun.page.getByRole('button', { name: /^Disable/ }).click();
    await zun.page.getByLabel('Reason').fill('new memory');
    await zun.page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await zun.page.getByText('new memory').waitFor();
    await zun.page.getByRole('button', { name: /^Enable/ }).click();
    await zun.page.getByRole('button', { name: /^Disable/ }).waitFor();
  });

  it('sets a limit', async () => {
    await zun.page.getByRole('link', { name: 'Quotas' }).click();
    await zun.page.getByLabel('Containers').fill('7');
    await zun.button('Set limits').click();
    await zun.page.getByText(/ of 7$/).waitFor();
    expect(await lookAt(zun.page, 'quotas-admin')).toEqual([]);
  });
});

it('a reader is offered nothing that would be refused', async () => {
  const zun = await signedIn('reader');
  await zun.page.getByText('doomed').waitFor();
  expect(await zun.page.getByRole('link', { name: /Create/ }).count()).toBe(0);
  expect(await zun.page.getByRole('button', { name: /Delete/ }).count()).toBe(0);
  await zun.page.context().close();
});
