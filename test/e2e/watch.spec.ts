import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../lib/api-client.js';
import { PATIENT } from '../lib/commands.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';
import { eventually } from '../lib/eventually.js';
import { LiveAnswer } from '../lib/live.js';

/** Says a line when it is asked to by a signal. */
const TALKER = ['sh', '-c', 'trap "echo spoken" USR1; trap "exit 0" TERM; echo ready; while :; do sleep 0.1; done'];
const MOST_STREAMS = 6;

let service: EmbeddedService;
let demo: ApiClient;
let other: ApiClient;
let admin: ApiClient;

beforeAll(async () => {
  service = await startEmbedded({
    settings: {
      websocket_proxy: { max_streams_per_project: MOST_STREAMS },
      scheduler: { events_window: 3, reconcile_interval: 0.2 },
    },
  });
  [demo, other, admin] = await Promise.all([service.client('demo'), service.client('other'), service.client('admin')]);
});

afterAll(async () => {
  await demo?.deleteAll();
  await other?.deleteAll();
  await service?.purge();
});

async function talker(name: string): Promise<string> {
  const { uuid } = await demo.run({ name, image: 'busybox', command: TALKER });
  await demo.reaches(uuid, 'Running');
  return uuid;
}
const speak = (uuid: string): Promise<unknown> => demo.call('POST', `/containers/${uuid}/kill?signal=USR1`);
/** Connections that the service has to the engine's socket. */
function engineStreams(): number {
  const sockets = readFileSync('/proc/net/unix', 'utf8').split('\n');
  return sockets.filter((line) => line.includes(service.engine.socket) && / 03 /.test(line)).length;
}

describe('a log that is followed', () => {
  it('is what was written and what comes, until the container stops', async () => {
    const uuid = await talker('follow-stop');
    const log = await LiveAnswer.open(demo, `/containers/${uuid}/logs?follow=true`);
    expect(log.status).toBe(200);
    expect(log.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    await log.until('what was written is there', ({ lines }) => lines.includes('ready'));
    await speak(uuid);
    await log.until('what is written is there', ({ lines }) => lines.includes('spoken'));
    expect(log.ended).toBe('no');
    await demo.call('POST', `/containers/${uuid}/stop?timeout=2`);
    await log.until('the log has ended', ({ ended }) => ended === 'whole');
  });

  it('begins where it is asked to, and of one that says nothing has a head at once', async () => {
    const uuid = await talker('follow-tail');
    const log = await LiveAnswer.open(demo, `/containers/${uuid}/logs?follow=1&tail=0`);
    expect(log.status).toBe(200);
    await speak(uuid);
    await log.until('what comes is there', ({ text }) => text === 'spoken\n');
    log.leave();
  });

  it('leaves nothing open on the engine when the client has left', async () => {
    const uuid = await talker('follow-left');
    const logs = await Promise.all([1, 2, 3, 4, 5].map(() => LiveAnswer.open(demo, `/containers/${uuid}/logs?follow=true`)));
    for (const log of logs) await log.until('the log flows', ({ lines }) => lines.includes('ready'));
    const open = engineStreams();
    for (const log of logs) log.leave();
    await eventually(engineStreams, (count) => count <= open - logs.length, { describe: `fewer than ${open} by ${logs.length}` });
  });

  it('counts among the streams of its project', async () => {
    const uuid = await talker('follow-many');
    const open = (): Promise<LiveAnswer> => LiveAnswer.open(demo, `/containers/${uuid}/logs?follow=true`);
    const logs = await eventually(
      () => Promise.all(Array.from({ length: MOST_STREAMS }, open)),
      (all) => all.every(({ status }) => status === 200) || (all.forEach((one) => one.leave()), false),
      { describe: 'as many as may be are open' },
    );
    const refused = await demo.request<{ errors: { detail: string }[] }>('GET', '/events');
    expect([refused.status, refused.body.errors[0]!.detail]).toEqual([429, expect.stringContaining(`${MOST_STREAMS} streams`)]);
    for (const log of logs) log.leave();
    await eventually(
      async () => (await demo.request('GET', '/events')).status,
      (status) => status === 200,
      { describe: 'there is room again' },
    );
  });

  it('is there from 1.41 on', async () => {
    const answer = await demo.request<{ errors: { detail: string }[] }>('GET', '/containers/x/logs?follow=true', {
      version: '1.40',
    });
    expect([answer.status, answer.body.errors[0]!.detail]).toEqual([400, expect.stringContaining("'follow'")]);
  });
});

describe('stats that are watched', () => {
  it('come one after the other under the keys of one sample, until the container stops', async () => {
    const uuid = await talker('stats');
    const one = await demo.call<Record<string, unknown>>('GET', `/containers/${uuid}/stats`);
    const stats = await LiveAnswer.open(demo, `/containers/${uuid}/stats?stream=true`);
    expect([stats.status, stats.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
    await stats.until('there are two samples', ({ lines }) => lines.length >= 2);
    const samples = stats.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(Object.keys(samples[0]!)).toEqual([...Object.keys(one), 'CPU TIME(ns)', 'time']);
    expect(Date.parse(String(samples[1]!.time))).toBeGreaterThan(Date.parse(String(samples[0]!.time)));
    await demo.call('POST', `/containers/${uuid}/stop?timeout=2`);
    await stats.until('the samples have ended', ({ ended }) => ended === 'whole');
  });

  it('are one sample before 1.41, and refused for a container that does not run', async () => {
    const uuid = await talker('stats-old');
    const old = await demo.request('GET', `/containers/${uuid}/stats?stream=true`, { version: '1.40' });
    expect(old.body).toMatchObject({ CONTAINER: 'stats-old' });
    await demo.call('POST', `/containers/${uuid}/stop?timeout=2`);
    await demo.reaches(uuid, 'Stopped');
    expect((await demo.request('GET', `/containers/${uuid}/stats?stream=true`)).status).toBe(409);
  });
});

describe('events', () => {
  it('tell what happens to a container from its creation until it is gone, and to its own project only', async () => {
    const [mine, theirs, all] = await Promise.all([
      LiveAnswer.open(demo, '/events', { headers: { accept: 'text/event-stream' } }),
      LiveAnswer.open(other, '/events'),
      LiveAnswer.open(admin, '/events?all_projects=true'),
    ]);
    expect([mine.status, mine.headers['content-type']]).toEqual([200, 'text/event-stream']);
    await mine.until('it says hello', ({ events }) => events[0]?.event === 'hello');
    expect(mine.text).toMatch(/^retry: 2000\nid: \S+\nevent: hello\n/);
    const { uuid } = await demo.run({ name: 'told', image: 'busybox', command: PATIENT });
    await demo.reaches(uuid, 'Running');
    await demo.call('DELETE', `/containers/${uuid}?stop=true`);
    const isTold = ({ told }: LiveAnswer): boolean => told.some((data) => data.event === 'deleted' && data.uuid === uuid);
    await Promise.all([mine.until('its end is told', isTold), all.until('an administrator is told', isTold)]);
    const about = mine.told.filter((data) => data.uuid === uuid);
    expect(about[0]).toMatchObject({ event: 'created', name: 'told', status: 'Creating' });
    expect(about.map(({ status }) => status)).toEqual(expect.arrayContaining(['Creating', 'Running', 'Deleting', 'Deleted']));
    expect(about.find(({ status }) => status === 'Running')).not.toHaveProperty('user_id');
    const id = await other.run({ name: 'theirs', image: 'busybox', command: PATIENT });
    await theirs.until('the other is told of its own', ({ told }) => told.some((data) => data.uuid === id.uuid));
    expect(theirs.told.every((data) => data.uuid === id.uuid)).toBe(true);
    for (const answer of [mine, theirs, all]) answer.leave();
  });

  it('show the host to administrators only, as everywhere', async () => {
    const [mine, all] = await Promise.all([
      LiveAnswer.open(demo, '/events?container=placed'),
      LiveAnswer.open(admin, '/events?all_projects=true&container=placed'),
    ]);
    const { uuid } = await demo.run({ name: 'placed', image: 'busybox', command: PATIENT });
    const runs = ({ told }: LiveAnswer): boolean => told.some(({ status }) => status === 'Running');
    await Promise.all([mine.until('it runs', runs), all.until('it runs', runs)]);
    expect(Object.hasOwn(mine.told.at(-1)!, 'host')).toBe(Object.hasOwn(await demo.container(uuid), 'host'));
    expect(all.told.find(({ status }) => status === 'Running')!.host).toBe((await admin.container(uuid)).host);
    for (const answer of [mine, all]) answer.leave();
  });

  it('go on after the last that was heard, by header and by parameter', async () => {
    const first = await LiveAnswer.open(demo, '/events');
    await first.until('it says hello', ({ events }) => events.length > 0);
    const { id } = first.events[0]!;
    first.leave();
    const { uuid } = await demo.create({ name: 'meanwhile', image: 'busybox' });
    for (const [path, headers] of [
      ['/events', { 'last-event-id': id }],
      [`/events?last_event_id=${id}`, {}],
    ] as const) {
      const again = await LiveAnswer.open(demo, path, { headers });
      await again.until('what was missed is told', ({ told }) => told.some((data) => data.uuid === uuid));
      expect(again.told.find((data) => data.uuid === uuid)).toMatchObject({ event: 'created' });
      again.leave();
    }
  });

  it('say so when they are not kept any more, or never were, and go on', async () => {
    const first = await LiveAnswer.open(demo, '/events');
    await first.until('it says hello', ({ events }) => events.length > 0);
    const { id } = first.events[0]!;
    first.leave();
    const { uuid } = await demo.create({ name: 'forgotten', image: 'busybox' });
    await demo.reaches(uuid, 'Created');
    const reset = ({ events }: LiveAnswer): boolean => events.some(({ event }) => event === 'reset');
    await eventually(
      async () => {
        const late = await LiveAnswer.open(demo, '/events', { headers: { 'last-event-id': id } });
        await late.until('something is told', ({ events }) => events.length > 1);
        late.leave();
        return late;
      },
      reset,
      { describe: 'the window has passed', intervalMs: 500, show: ({ text }) => text },
    );
    for (const strange of ['nonsense', `00000000-1`, `${id}9999`]) {
      const answer = await LiveAnswer.open(demo, '/events', { headers: { 'last-event-id': strange } });
      await answer.until('it says that it does not know it', reset);
      const next = await demo.create({ name: 'after-reset', image: 'busybox' });
      await answer.until('it goes on', ({ told }) => told.some((data) => data.uuid === next.uuid));
      answer.leave();
    }
  });

  it('are for administrators where they are everybody’s', async () => {
    expect((await demo.request('GET', '/events?all_projects=true')).status).toBe(403);
  });
});

describe('waiting', () => {
  it('answers with the container once it is so', async () => {
    const { uuid } = await demo.run({ name: 'awaited', image: 'busybox', command: PATIENT });
    const running = await demo.call<{ status: string }>('GET', `/containers/${uuid}/wait?status=Stopped,Running`);
    expect(running).toEqual(await demo.container(uuid));
    const stopped = demo.call('GET', `/containers/awaited/wait?status=Stopped&status=Paused`);
    await demo.call('POST', `/containers/${uuid}/stop?timeout=2`);
    expect(await stopped).toMatchObject({ uuid, status: 'Stopped' });
    const deleted = demo.call('GET', `/containers/${uuid}/wait?status=Deleted`);
    await demo.call('DELETE', `/containers/${uuid}`);
    expect(await deleted).toMatchObject({ uuid, status: 'Deleted' });
  });

  it('says what the status is when the time is up, or when it is in vain', async () => {
    type Refusal = { errors: { detail: string }[] };
    const { uuid } = await demo.run({ name: 'unheard', image: 'busybox', command: PATIENT });
    await demo.reaches(uuid, 'Running');
    const late = await demo.request<Refusal>('GET', `/containers/${uuid}/wait?status=Stopped&timeout=1`);
    expect([late.status, late.body.errors[0]!.detail]).toEqual([
      408,
      `Container ${uuid} is Running. It was not Stopped within 1 s.`,
    ]);
    const broken = await demo.run({ name: 'broken', image: 'busybox', command: ['no-such-command'] });
    const vain = await demo.request<Refusal>('GET', `/containers/${broken.uuid}/wait?status=Running`);
    expect([vain.status, vain.body.errors[0]!.detail]).toEqual([409, expect.stringMatching(/is Error: .+no-such-command/)]);
  });
});

it('ends what is watched with the service', async () => {
  const uuid = await talker('last');
  const [events, log] = await Promise.all([
    LiveAnswer.open(demo, '/events'),
    LiveAnswer.open(demo, `/containers/${uuid}/logs?follow=true`),
  ]);
  const began = performance.now();
  await service.stop();
  expect(performance.now() - began).toBeLessThan(5_000);
  await events.until('the events have ended', ({ ended }) => ended === 'whole');
  // Cut off, it must not look like a container that has ended.
  await log.until('the log was cut off', ({ ended }) => ended === 'broken');
  await service.start();
});
