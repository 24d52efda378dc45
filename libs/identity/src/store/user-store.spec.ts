import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@zun/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyPassword } from '../passwords.js';
import { loadTokenKey } from '../tokens/key-file.js';
import { runUsersCli } from '../users-cli.js';
import { UserStore } from './user-store.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zun-users-'));
  file = join(folder, 'identity', 'users.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const demo = { name: 'demo', project: 'demo', role: 'member', password: 'pw' } as const;

describe('UserStore', () => {
  it('keeps users over a restart, in a file for its owner only, without the password', async () => {
    await new UserStore(file).addUser(demo);
    expect(new UserStore(file).listUsers()).toMatchObject([{ name: 'demo', assignments: [{ project: 'demo', role: 'member' }] }]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain('"pw"');
  });

  it('makes a password when none is given, and tells it once', async () => {
    const store = new UserStore(file);
    const { password, user } = await store.ensureUser({ name: 'a', project: 'a', role: 'admin' });
    expect(await verifyPassword(password ?? '', user.password_hash)).toBe(true);
    expect(await store.ensureUser({ name: 'a', project: 'a', role: 'admin' })).toMatchObject({ created: false, password: null });
  });

  it('makes one password when two processes make the same user at once', async () => {
    const both = await Promise.all([1, 2].map(() => new UserStore(file).ensureUser({ name: 'a', project: 'a', role: 'admin' })));
    const told = both.map(({ password }) => password).filter((password) => password !== null);
    const stored = new UserStore(file).current().userNamed('a');
    expect(told).toHaveLength(1);
    expect(await verifyPassword(told[0] ?? '', stored?.password_hash)).toBe(true);
  });

  it('gives a user who exists another role, and keeps the password', async () => {
    const store = new UserStore(file);
    const { user } = await store.addUser(demo);
    const again = await store.addUser({ name: 'demo', project: 'second', role: 'reader' });
    expect(again).toMatchObject({ created: false, password: null, user: { id: user.id, password_hash: user.password_hash } });
    expect(store.current().rolesOf(user.id, again.project.id)).toEqual(['reader']);
    expect(store.current().projectsOf(user.id)).toHaveLength(2);
  });

  it.each(['', ' a', 'a\nb', 'x'.repeat(65)])('refuses the name %j', async (name) => {
    await expect(new UserStore(file).addUser({ ...demo, name })).rejects.toMatchObject({ errorClass: 'invalid' });
  });

  it('sees what another process changes, and counts it', async () => {
    let now = 0;
    const store = new UserStore(file, undefined, { ...systemClock, now: () => (now += 1000) });
    const before = store.revision();
    await new UserStore(file).addUser(demo);
    expect(store.revision()).toBeGreaterThan(before);
    expect(store.current().userNamed('demo')).toBeDefined();
  });

  it('loses nothing when several change it at once', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `user${index}`);
    await Promise.all(names.map((name) => new UserStore(file).addUser({ ...demo, name })));
    expect(
      new UserStore(file)
        .listUsers()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(names);
  });

  it('takes over a lock that a dead process left', async () => {
    await new UserStore(file).addUser(demo);
    writeFileSync(`${file}.lock`, '');
    utimesSync(`${file}.lock`, new Date(0), new Date(0));
    await new UserStore(file).removeUser('demo');
    expect(new UserStore(file).listUsers()).toEqual([]);
  });

  it('keeps what it knows when the file is broken later, and says so', async () => {
    const complaints: unknown[] = [];
    const say = (...line: unknown[]): void => void complaints.push(line);
    const logger = { debug: say, info: say, warn: say, error: say, fatal: say, child: () => logger };
    let now = 0;
    const store = new UserStore(file, logger, { ...systemClock, now: () => (now += 1000) });
    await store.addUser(demo);
    writeFileSync(file, '{');
    expect(store.current().userNamed('demo')).toBeDefined();
    expect(complaints).toHaveLength(1);
  });

  it.each([
    ['{', /users\.json: .*JSON/],
    ['{"version": 2}', /version is 2; this program reads version 1/],
    ['{"version": 1}', /users is not a list/],
    ['{"version": 1, "users": [{"id": "a"}]}', /users\[0\]\.name is missing or wrong/],
  ])('refuses to start on %j', async (text, message) => {
    await new UserStore(file).addUser(demo);
    writeFileSync(file, text);
    expect(() => new UserStore(file)).toThrow(message);
  });
});

describe('loadTokenKey', () => {
  it('makes a key once, for its owner only', () => {
    const path = join(folder, 'keys', 'token.key');
    const key = loadTokenKey(path);
    expect(loadTokenKey(path)).toEqual(key);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('refuses one that is too short', () => {
    const path = join(folder, 'token.key');
    writeFileSync(path, 'c2hvcnQ=');
    expect(() => loadTokenKey(path)).toThrow(/token\.key must hold a key of at least 32 bytes/);
  });
});

describe('runUsersCli', () => {
  async function run(...argv: string[]): Promise<[number, string]> {
    let text = '';
    const code = await runUsersCli(argv, { usersFile: file, out: (lines) => (text += lines) });
    return [code, text];
  }

  it('adds, lists and removes', async () => {
    expect(await run('add', 'ann', '--project', 'p', '--role', 'member', '--password', 'x')).toEqual([
      0,
      'user ann added: member in project p\n',
    ]);
    const [, added] = await run('add', 'bob', '--project', 'p', '--role', 'reader');
    expect(added).toMatch(/^user bob added: reader in project p\npassword: \w{24}\n$/);
    expect(await run('list')).toEqual([0, 'ann\tmember in p\nbob\treader in p\n']);
    expect(await run('remove', 'ann')).toEqual([0, 'user ann removed\n']);
    expect(await run('list')).toEqual([0, 'bob\treader in p\n']);
  });

  it('removes a project with the last who was in it, and says what that leaves', async () => {
    const add = (name: string, project: string) => run('add', name, '--project', project, '--role', 'member', '--password', 'x');
    await add('ann', 'p');
    await add('ann', 'q');
    await add('bob', 'q');
    expect(await run('remove', 'ann')).toEqual([
      0,
      expect.stringMatching(/^user ann removed\nproject p \([0-9a-f]{32}\) removed: .*\n$/),
    ]);
    expect(await run('remove', 'bob')).toEqual([0, expect.stringContaining('project q (')]);
  });

  it.each([
    [[], 2, /say add, list or remove/],
    [['ad'], 2, /unknown command ad/],
    [['add'], 2, /needs the name/],
    [['add', 'a', '--role', 'member'], 2, /needs --project/],
    [['add', 'a', '--project', 'p', '--role', 'king'], 2, /--role, one of: admin, member, reader, service/],
    [['add', 'a', '--colour', 'red'], 2, /Unknown option '--colour'/],
    [['add', 'a b', 'c'], 2, /unexpected argument c/],
    [['add', 'a', '--project', 'p', '--role', 'member', '--password', ''], 1, /password must have 1 to 1024 characters/],
    [['remove', 'nobody'], 1, /Could not find user: nobody/],
    [['--help'], 0, /Usage: users add NAME/],
  ])('%j ends with %d', async (argv, code, message) => {
    const [actual, text] = await run(...argv);
    expect([actual, text]).toEqual([code, expect.stringMatching(message)]);
  });
});
