import { EventEmitter } from 'node:events';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient, ContainerView } from '../lib/api-client.js';
import { ApiClient as Client } from '../lib/api-client.js';
import { comesToRest, openBooks } from '../lib/books.js';
import { testCluster, type TestCluster } from '../lib/cluster.js';
import { COUNTS_STARTS, startsOf, watchEngine } from '../lib/engine-watch.js';
import { engineContainers } from '../lib/engine.js';
import { eventually } from '../lib/eventually.js';
import { watchLog } from '../lib/log-watch.js';
import { hostsAreReady, IMPATIENT, TWO_HOSTS } from '../lib/two-hosts.js';
import { API, BROKER, COMPUTES, ENGINE, SCHEDULERS, type Victim } from '../lib/victims.js';

/*
 * Kills one part at one step of a create, a stop, a rebuild or a delete, brings it back, and demands that everything comes to its end, once. Two
 * containers are under way at a time, on two hosts; the first of them to reach the step pulls the trigger. Steps are
 * seen from outside: by the answer of the API, the database, the engine's events, a host's log.
 */

type Operation = 'create' | 'stop' | 'rebuild' | 'delete';

/** Calls `fire` at a step of the operation; `fire` may be called again and again. Resolves when it watches. */
type Watch = (scene: Scene, operation: Operation, fire: () => void) => Promise<{ close(): void }>;

interface Scene {
  readonly cluster: TestCluster;
  readonly database: Connection;
  /** Emits `acknowledged` with each answer that promises something. */
  readonly answers: EventEmitter;
}

const acknowledged: Watch = async ({ answers }, _operation, fire) => {
  answers.on('acknowledged', fire);
  return { close: () => answers.off('acknowledged', fire) };
};

const claimed: Watch = async ({ database }, _operation, fire) => {
  let isOver = false;
  const poll = async (): Promise<void> => {
    while (!isOver) {
      const [rows] = await database.query<RowDataPacket[]>('SELECT 1 FROM allocation LIMIT 1');
      if (rows.length > 0) return fire();
    }
  };
  void poll();
  return { close: () => (isOver = true) };
};

const onEngine =
  (wanted: string): Watch =>
  ({ cluster }, _operation, fire) =>
    watchEngine(cluster.engine, (action) => action === wanted && fire());

/** The host has done it; its report is under way. */
const reported: Watch = async ({ cluster }, operation, fire) => {
  const onLine = (line: string): void => {
    if (line.includes('"msg":"an action has ended"') && line.includes(`"action":"${operation}"`)) fire();
  };
  const watches = ['compute-1', 'compute-2'].map((name) => watchLog(`${cluster.dir}/${name}.log`, onLine));
  return { close: () => watches.forEach((watch) => watch.close()) };
};

const STEPS: readonly (readonly [operation: Operation, step: string, watch: Watch])[] = [
  ['create', 'has its claim', claimed],
  ['create', 'is acknowledged', acknowledged],
  ['create', 'is created on the engine', onEngine('create')],
  ['create', 'starts on the engine', onEngine('start')],
  ['create', 'is reported', reported],
  ['stop', 'is acknowledged', acknowledged],
  ['stop', 'is told to its process', onEngine('kill')],
  ['stop', 'has ended its process', onEngine('die')],
  ['stop', 'is reported', reported],
  ['rebuild', 'is acknowledged', acknowledged],
  ['rebuild', 'has ended the old process', onEngine('die')],
  ['rebuild', 'has the old one off the engine', onEngine('destroy')],
  ['rebuild', 'has the new one on the engine', onEngine('create')],
  ['rebuild', 'starts on the engine', onEngine('start')],
  ['rebuild', 'is reported', reported],
  ['delete', 'is acknowledged', acknowledged],
  ['delete', 'is off the engine', onEngine('destroy')],
  ['delete', 'is reported', reported],
];

const NAMES = ['one', 'two'] as const;

/** With a volume of its own, which comes and goes with it, and a file. */
const wish = (name: string): Record<string, unknown> => ({
  ...{ image: 'busybox', name, command: COUNTS_STARTS },
  mounts: [
    { size: 1, destination: '/scratch' },
    { type: 'bind', source: Buffer.from('kept').toString('base64'), destination: '/etc/kept' },
  ],
});

/** The engine's ids of the containers as they were before. */
const idsBefore = new Map<string, string>();

let cluster: TestCluster;
let database: Connection;
/** Speaks to the copy that may be killed, and to the one that is not. */
let asker: ApiClient;
let onlooker: ApiClient;

beforeAll(async () => {
  cluster = await testCluster({ hosts: TWO_HOSTS, settings: IMPATIENT });
  database = await openBooks(cluster);
  const credentials = cluster.credentials('demo');
  [asker, onlooker] = await Promise.all([
    Client.logIn(credentials, cluster.apiUrls[0]),
    Client.logIn(credentials, cluster.apiUrls[1]),
  ]);
});

afterAll(async () => {
  await database?.end();
  await cluster?.leave();
});

describe.each([API, SCHEDULERS, COMPUTES, BROKER, ENGINE].map((victim) => [victim.name, victim] as const))(
  '%s is killed as',
  (_name, victim) => {
    afterEach(async () => {
      await hostsAreReady(cluster);
      await onlooker.deleteAll();
    });

    it.each(STEPS)('a %s %s', async (operation, _step, watch) => {
      const before = operation === 'create' ? [] : await running();
      const answers = await killDuring(victim, operation, watch);
      await expectEnds(operation, before, answers, victim);
    });
  },
);

async function running(): Promise<ContainerView[]> {
  const made = await Promise.all(NAMES.map((name) => onlooker.run(wish(name))));
  await Promise.all(made.map(({ uuid }) => onlooker.reaches(uuid, 'Running')));
  await eventually(
    () => Promise.all(made.map(({ uuid }) => startsOf(cluster.engine, uuid))),
    (starts) => starts.every((count) => count === 1),
    { describe: 'the processes have said that they run' },
  );
  for (const container of made) idsBefore.set(container.uuid, (await idsOf(container))[0]!);
  return made;
}

/**
 * Asks for the operation on both containers, kills at the step, brings back.
 * @returns whether each request was acknowledged
 */
async function killDuring(victim: Victim, operation: Operation, watch: Watch): Promise<boolean[]> {
  let death: Promise<unknown> | undefined;
  const fire = (): void => void (death ??= victim.kill(cluster));
  const answers = new EventEmitter();
  const watching = await watch({ cluster, database, answers }, operation, fire);
  const asked = NAMES.map(async (name) => {
    const isAcknowledged = await ask(operation, name);
    if (isAcknowledged) answers.emit('acknowledged');
    return isAcknowledged;
  });
  await eventually(() => death !== undefined, Boolean, { describe: 'the step is reached', intervalMs: 5, timeoutMs: 15_000 });
  watching.close();
  await death;
  await victim.restart(cluster);
  return Promise.all(asked);
}

async function ask(operation: Operation, name: string): Promise<boolean> {
  const request = {
    create: () => asker.request('POST', '/containers?run=true', { body: wish(name) }),
    stop: () => asker.request('POST', `/containers/${name}/stop`),
    rebuild: () => asker.request('POST', `/containers/${name}/rebuild`),
    delete: () => asker.request('DELETE', `/containers/${name}?stop=true`),
  };
  try {
    const { status, text } = await request[operation]();
    if (status >= 300) throw new Error(`${operation} answers ${status} ${text}`);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false; // the connection broke: nobody promised anything
    throw error;
  }
}

async function expectEnds(operation: Operation, before: ContainerView[], answers: boolean[], victim: Victim): Promise<void> {
  await comesToRest(cluster);
  const now = await onlooker.containers();
  if (operation === 'create') expect(now.some(({ status }) => /^(Running|Stopped)$/.test(status))).toBe(true);
  for (const [index, name] of NAMES.entries()) {
    const seen = now.find((container) => container.name === name);
    const wasAcknowledged = answers[index]!;
    if (operation === 'create') {
      if (wasAcknowledged || seen) await expectCreated(seen, victim);
    } else {
      await expectActedOn(
        operation,
        before.find((container) => container.name === name)!,
        seen,
        wasAcknowledged,
        victim,
      );
    }
  }
}

/**
 * The engine ends, at its start, what it finds running; that is no action of ours. While it is away there is no host for what has
 * none yet, and it is told so; the one that pulled the trigger had its claim by then.
 */
async function expectCreated(seen: ContainerView | undefined, victim: Victim): Promise<void> {
  if (victim === ENGINE && seen?.status === 'Error') {
    expect(seen.status_reason).toBe('There are not enough hosts available.');
    expect(await actionsOf(seen)).toEqual([]);
    return;
  }
  expect(seen?.status).toMatch(victim === ENGINE ? /^(Running|Stopped)$/ : /^Running$/);
  expect(await actionsOf(seen!)).toEqual([{ action: 'create', message: null }]);
  await startedOnce(seen!);
}

async function expectActedOn(
  operation: Operation,
  before: ContainerView,
  seen: ContainerView | undefined,
  wasAcknowledged: boolean,
  victim: Victim,
): Promise<void> {
  if (seen === undefined) return expect(operation).toBe('delete');
  const actions = (await actionsOf(seen)).filter(({ action }) => action !== 'create');
  if (operation === 'rebuild') return expectRebuilt(before, seen, wasAcknowledged || actions.length > 0, victim);
  if (wasAcknowledged) expect(actions).toEqual([{ action: 'stop', message: null }]);
  if (actions.length > 0) {
    expect(operation).toBe('stop');
    expect(actions).toEqual([{ action: 'stop', message: null }]);
  }
  const untouched = victim === ENGINE ? 'Stopped' : 'Running';
  expect({ uuid: seen.uuid, status: seen.status }).toEqual({
    uuid: before.uuid,
    status: actions.length > 0 ? 'Stopped' : untouched,
  });
  await startedOnce(seen);
}

/** The processes of a container count their own starts: of one that was made anew there has been one, if it was started once. */
async function expectRebuilt(before: ContainerView, seen: ContainerView, isRebuilt: boolean, victim: Victim): Promise<void> {
  if (isRebuilt) expect(await actionsOf(seen)).toContainEqual({ action: 'rebuild', message: null });
  expect(seen.uuid).toBe(before.uuid);
  expect(seen.status).toMatch(victim === ENGINE ? /^(Running|Stopped)$/ : /^Running$/);
  expect((await idsOf(seen)).length).toBe(1);
  expect((await idsOf(seen))[0] !== idsBefore.get(seen.uuid)).toBe(isRebuilt);
  await startedOnce(seen);
}

/** The engine's ids of a container: one, unless something went wrong. */
async function idsOf({ uuid }: ContainerView): Promise<string[]> {
  return (await engineContainers(cluster.engine)).filter(({ Names }) => Names.includes(`/zun-${uuid}`)).map(({ Id }) => Id);
}

async function startedOnce({ uuid }: ContainerView): Promise<void> {
  await eventually(
    () => startsOf(cluster.engine, uuid),
    (starts) => starts > 0,
    { describe: 'its process has said that it runs' },
  );
  expect(await startsOf(cluster.engine, uuid)).toBe(1);
}

async function actionsOf({ uuid }: ContainerView): Promise<{ action: string; message: string | null }[]> {
  const path = `/containers/${uuid}/container_actions`;
  const { containerActions } = await onlooker.call<{ containerActions: { action: string; message: string | null }[] }>(
    'GET',
    path,
  );
  return containerActions.map(({ action, message }) => ({ action, message }));
}
