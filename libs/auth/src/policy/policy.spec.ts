import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PolicyNotAuthorizedError, systemClock, type RequestContext } from '@zun/domain';
import { silentLogger, type Logger } from '@zun/telemetry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from './catalogue.js';
import { Policy } from './policy.js';

let folder: string;
let file: string;
let now = 0;
let log: { level: string; text: string }[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zun-policy-'));
  file = join(folder, 'policy.yaml');
  log = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function recorder(): Logger {
  const at =
    (level: string) =>
    (...line: unknown[]): void =>
      void log.push({ level, text: JSON.stringify(line) });
  return { ...silentLogger, info: at('info'), warn: at('warn'), error: at('error') };
}

function policyOf(text?: string): Policy {
  if (text !== undefined) writeFileSync(file, text);
  return new Policy({ file, logger: recorder(), clock: { ...systemClock, now: () => now } });
}

function context(roles: string[], projectId: string | null = 'p1'): RequestContext {
  const names = { userDomainId: 'default', projectDomainId: 'default', userName: 'u', projectName: 'p' };
  return { requestId: 'req-1', userId: 'u1', projectId, roles, ...names };
}

const admin = context(['admin', 'member'], 'p0');
const owner = context(['member']);
const reader = context(['reader']);
const stranger = context(['member'], 'p2');
const target = { project_id: 'p1' };

/** Who is allowed by each kind of default: admin, owner of the target, one who may only read there, somebody else. */
const KINDS = {
  owner: [true, true, true, false],
  writer: [true, true, false, false],
  admin: [true, false, false, false],
  role: [true, false, false, false],
  nobody: [false, false, false, false],
};

const READ = 'get_one get_all logs top get_archive stats actions';
const WRITTEN =
  'create delete update start stop reboot pause unpause execute execute_resize kill rename attach resize put_archive commit ' +
  'add_security_group remove_security_group network_attach network_detach rebuild resize_container';

/** The table of the reference, by hand. */
const CATALOGUE: [string, keyof typeof KINDS][] = [
  ...READ.split(' ').map((name): [string, 'owner'] => [`container:${name}`, 'owner']),
  ...WRITTEN.split(' ').map((name): [string, 'writer'] => [`container:${name}`, 'writer']),
  ...['create:runtime', 'create:requested_destination', 'create:image_pull_policy', 'delete_all_projects', 'delete_force'].map(
    (name): [string, 'admin'] => [`container:${name}`, 'admin'],
  ),
  ['container:create:privileged', 'nobody'],
  ...['get_one_all_projects', 'get_all_all_projects', 'get_one:host', 'get_one:image_pull_policy', 'get_one:privileged'].map(
    (name): [string, 'admin'] => [`container:${name}`, 'admin'],
  ),
  ['container:get_one:runtime', 'admin'],
  ['container:action:events', 'admin'],
  ...['get', 'get_all'].map((name): [string, 'owner'] => [`capsule:${name}`, 'owner']),
  ...['create', 'delete'].map((name): [string, 'writer'] => [`capsule:${name}`, 'writer']),
  ...['get:host', 'delete_all_projects', 'get_one_all_projects', 'get_all_all_projects'].map((name): [string, 'admin'] => [
    `capsule:${name}`,
    'admin',
  ]),
  ...['pull', 'get_all', 'get_one', 'delete'].map((name): [string, 'admin'] => [`image:${name}`, 'admin']),
  ['image:search', 'owner'],
  ['host:get_all', 'admin'],
  ['host:get', 'admin'],
  ...['get_all', 'enable', 'disable', 'force_down', 'delete'].map((name): [string, 'admin'] => [`zun-service:${name}`, 'admin']),
  ['availability_zones:get_all', 'owner'],
  ...['attach_external_network', 'create', 'delete'].map((name): [string, 'role'] => [`network:${name}`, 'role']),
  ['quota:get', 'owner'],
  ['quota:get_default', 'owner'],
  ['quota:update', 'admin'],
  ['quota:delete', 'admin'],
  ['quota_class:get', 'admin'],
  ['quota_class:update', 'admin'],
  ...['get_one', 'get_all'].map((name): [string, 'owner'] => [`registry:${name}`, 'owner']),
  ...['create', 'delete', 'update'].map((name): [string, 'writer'] => [`registry:${name}`, 'writer']),
  ['registry:get_all_all_projects', 'admin'],
  ['leftover:get_all', 'admin'],
  ['leftover:purge', 'admin'],
  ['context_is_admin', 'admin'],
  ['admin_or_owner', 'owner'],
  ['admin_or_writer', 'writer'],
  ['admin_api', 'admin'],
  ['deny_everybody', 'nobody'],
];

describe("Zun's rules", () => {
  it('are all in the table below, and no others', () => {
    expect(CATALOGUE.map(([name]) => name).sort()).toEqual(Object.keys(DEFAULT_RULES).sort());
  });

  it.each(CATALOGUE)('%s is for: %s', (rule, kind) => {
    const policy = policyOf();
    const allowed = [admin, owner, reader, stranger].map((who) => policy.allows(rule, who, target));
    expect(allowed).toEqual(KINDS[kind]);
  });
});

it.each([
  [['reader'], false],
  [['member', 'reader'], true],
  [['manager', 'member', 'reader'], true],
  [['_member_'], true],
  [[], true],
])('roles %j may write in their project: %s', (roles, may) => {
  expect(policyOf().allows('container:create', context(roles), target)).toBe(may);
});

describe('Policy', () => {
  it("takes the caller's own project for a target", () => {
    expect(policyOf().allows('container:create', stranger)).toBe(true);
  });

  it('names the rule when it refuses', () => {
    expect(() => policyOf().check('host:get', owner)).toThrow(PolicyNotAuthorizedError);
    expect(() => policyOf().check('host:get', owner)).toThrow("Policy doesn't allow host:get to be performed.");
    expect(() => policyOf().check('host:get', admin)).not.toThrow();
  });

  it('allows nothing by a rule that is not there', () => {
    expect(policyOf().isDefined('container:get_one:name')).toBe(false);
    expect(policyOf().allows('container:get_one:name', admin)).toBe(false);
  });

  it('replaces rules by those of a file, and knows new ones', () => {
    const policy = policyOf(
      '"container:create": "role:creator or rule:friends"\nfriends: user_id:u1\n"container:get_one:name": "!"\n',
    );
    expect(policy.allows('container:create', stranger)).toBe(true);
    expect(policy.allows('container:create', { ...stranger, userId: 'u2' })).toBe(false);
    expect(policy.isDefined('container:get_one:name')).toBe(true);
    expect(policy.allows('container:delete', owner, target)).toBe(true);
    expect(log).toEqual([]);
  });

  it('takes JSON, and the older lists', () => {
    const policy = policyOf('{"host:get": [["role:member", "project_id:p1"], "role:auditor"], "host:get_all": []}');
    const who = [owner, stranger, context(['auditor'], 'p9'), context([])];
    expect(who.map((each) => policy.allows('host:get', each))).toEqual([true, false, true, false]);
    expect(policy.allows('host:get_all', context([]))).toBe(true);
  });

  it('lets another role be the admin, everywhere', () => {
    const policy = policyOf('context_is_admin: role:zun_admin');
    const other = context(['zun_admin'], 'p9');
    expect([admin, other].map((who) => policy.isAdmin(who))).toEqual([false, true]);
    expect(policy.allows('container:delete', other, target)).toBe(true);
    expect(policy.allows('network:create', admin)).toBe(true);
  });

  it('does not go round in circles over is_admin', () => {
    expect(policyOf('context_is_admin: role:root or is_admin:True').isAdmin(admin)).toBe(false);
  });

  it.each([
    ['"host:get": "role:a"\n"host:get_all": "role:a nd role:b"', /policy\.yaml:2: host:get_all: nd does not fit/],
    [
      'host:get: "rule:context_is_amdin"',
      /:1: host:get: it refers to rule:context_is_amdin, which is not defined; did you mean context_is_admin\?/,
    ],
    ['a: rule:b\nb: rule:a', /:2: b: it refers to itself: a -> b -> a/],
    ['admin_or_owner: rule:admin_or_owner', /refers to itself/],
    ['x: http://server/check', /:1: x: checks by a server/],
    ['- a', /:1: it must be a mapping/],
    ['a: "x\nb: c', /policy\.yaml:\d+: /],
    ['a: "@"\na: "!"', /:2: .*unique/],
    ['a:\n  b: c', /:1: a: a rule must be a text/],
    ['a:', /:1: a: a rule must be a text/],
  ])('does not start with %j', (text, message) => expect(() => policyOf(text)).toThrow(message));

  it('lists every mistake of a file', () => {
    expect(() => policyOf('a: x\nb: y\nc: rule:none')).toThrow(/:1: a: .*\n.*:2: b: .*\n.*:3: c: /);
  });

  it('warns of a name that nobody asks for', () => {
    policyOf('"container:craete": "@"\n"capsule:get:name": "!"');
    expect(log).toEqual([
      { level: 'warn', text: expect.stringMatching(/:1: container:craete: .* did you mean container:create\?/) as string },
    ]);
  });

  it('reads the file again when it comes, changes and goes', () => {
    const policy = policyOf();
    const allowed = (): boolean => policy.allows('host:get', owner);
    expect(allowed()).toBe(false);
    writeFileSync(file, 'host:get: "@"');
    expect(allowed()).toBe(false);
    now += 1000;
    expect(allowed()).toBe(true);
    rmSync(file);
    now += 1000;
    expect(allowed()).toBe(false);
  });

  it('decides anew who is admin when the rules change', () => {
    const policy = policyOf();
    expect(policy.isAdmin(admin)).toBe(true);
    writeFileSync(file, 'context_is_admin: role:root');
    now += 1000;
    expect([policy.isAdmin(admin), policy.allows('host:get', admin)]).toEqual([false, false]);
  });

  it('keeps the old rules when the file is broken meanwhile, and says why', () => {
    const policy = policyOf('host:get: "@"');
    writeFileSync(file, 'host:get: "@ and"');
    now += 1000;
    expect(policy.allows('host:get', owner)).toBe(true);
    expect(log).toEqual([{ level: 'error', text: expect.stringMatching(/:1: host:get: it ends where/) as string }]);
  });
});
