import { Microversion } from '@zun/domain';
import { describe, expect, it } from 'vitest';
import { apiOperations } from './api.js';
import { ParamsValidator } from './validator.js';

const limits = {
  minimumCpus: 0.1,
  maximumCpus: 16,
  minimumMemoryMib: 4,
  maximumMemoryMib: 8192,
  minimumDiskGib: 1,
  maximumDiskGib: 160,
  imageDrivers: ['glance', 'docker'],
};
const operations = apiOperations(limits);
const create = new ParamsValidator(operations.createContainer.body.fields, operations.createContainer.body.rules);
const at = Microversion.of;

describe('the create body', () => {
  it.each([
    ['cpu as text', '1.40', { cpu: '0.5' }],
    ['null for what may be omitted', '1.40', { cpu: null, memory: null, disk: null, nets: null, mounts: null }],
    [
      'what the stock client always sends',
      '1.40',
      { environment: {}, labels: {}, hints: {}, nets: [], mounts: [], command: [], auto_remove: false },
    ],
    ['a command text at an old version', '1.19', { command: 'sleep 1' }],
    ['a restart policy with a count as number', '1.40', { restart_policy: { Name: 'on-failure', MaximumRetryCount: 2 } }],
    ['security groups and ports at an old version', '1.19', { security_groups: [], exposed_ports: {} }],
  ])('takes %s', (_case, version, body) => {
    expect(() => create.checkSchema({ image: 'busybox', ...body }, at(version))).not.toThrow();
  });

  it.each([
    ['image missing', '1.40', { image: undefined }, /'image' is a required property/],
    ['too little cpu', '1.40', { cpu: 0.01 }, /'cpu'.*0\.01.*cores from 0\.1 to 16/],
    ['too much cpu as text', '1.40', { cpu: '17' }, /'cpu'/],
    ['empty cpu', '1.40', { cpu: '' }, /'cpu'/],
    ['memory that is no number', '1.40', { memory: '64M' }, /'memory'.*MiB/],
    ['a number in the environment', '1.40', { environment: { A: 1 } }, /'environment\.A'/],
    ['null as label', '1.40', { labels: { a: null } }, /'labels\.a'/],
    ['a list of labels', '1.40', { labels: [] }, /'labels'/],
    ['a command list at an old version', '1.19', { command: ['sh'] }, /'command'.*must be a text/],
    ['a command text at a new version', '1.20', { command: 'sh' }, /'command'.*list/],
    ['an unknown key', '1.40', { colour: 1 }, /'colour' was unexpected/],
    ['host before its version', '1.38', { host: 'a' }, /'host' was unexpected/],
    ['network and port at once', '1.40', { nets: [{ network: 'a', port: 'b' }] }, /'nets/],
    ['a bad fixed address', '1.40', { nets: [{ network: 'a', 'v4-fixed-ip': '1.2.3' }] }, /'nets/],
    ['security groups and ports together', '1.20', { security_groups: null, exposed_ports: null }, /not allowed together/],
    ['a text as health check interval', '1.40', { healthcheck: { cmd: 'true', interval: 'x' } }, /'healthcheck\.interval'/],
    ['an environment variable without a name', '1.40', { environment: { '': 'a' } }, /'environment'/],
    ['an = in the name of an environment variable', '1.40', { environment: { 'A=B': 'c' } }, /'environment'.*without =/],
    ['a NUL in the environment', '1.40', { environment: { A: 'b\u0000' } }, /'environment\.A'.*NUL/],
    ['a NUL in the command', '1.40', { command: ['a\u0000'] }, /'command\.0'.*NUL/],
    ['a NUL in the working directory', '1.40', { workdir: '\u0000' }, /'workdir'.*NUL/],
    ['a nested hint', '1.40', { hints: { a: {} } }, /'hints\.a'/],
    ['a label without a name', '1.40', { labels: { '': 'a' } }, /'labels'/],
    [
      'more retries than can be counted',
      '1.40',
      { restart_policy: { Name: 'on-failure', MaximumRetryCount: 2 ** 31 } },
      /'restart/,
    ],
    ['an unknown key of a health check', '1.40', { healthcheck: { test: 'true' } }, /'healthcheck'/],
    ['a health check every microsecond', '1.40', { healthcheck: { cmd: 'true', interval: 1e-6 } }, /'healthcheck\.interval'/],
    ['a runtime longer than its column', '1.40', { runtime: 'x'.repeat(256) }, /'runtime'/],
    ['an unknown mount type', '1.40', { mounts: [{ destination: '/a', source: 'x', type: 'tmpfs' }] }, /'mounts/],
  ])('refuses %s, naming field and rule', (_case, version, body, message) => {
    const whole = Object.fromEntries(Object.entries({ image: 'busybox', ...body }).filter(([, value]) => value !== undefined));
    expect(() => create.checkSchema(whole, at(version))).toThrow(message);
  });

  it.each([
    ['1.2', { auto_remove: false }, 'auto_remove'],
    ['1.4', { runtime: 'runc' }, 'runtime'],
    ['1.20', { privileged: false }, 'privileged'],
    ['1.23', { exposed_ports: {} }, 'exposed_ports'],
  ])('at %s refuses a field that came later', (version, body, name) => {
    expect(() => create.checkVersions(body, at(version))).toThrow(new RegExp(`Invalid param ${name}`));
  });

  it.each([
    ['1.10', { mounts: [] }],
    ['1.20', { healthcheck: {} }],
    ['1.4', { runtime: null }],
  ])('at %s lets an empty value of a later field pass', (version, body) => {
    expect(() => create.checkVersions(body, at(version))).not.toThrow();
  });

  it('names the policies that the given values need', () => {
    expect(create.policiesFor({ runtime: 'runc', privileged: false, image_pull_policy: '', host: 'a' })).toEqual([
      'container:create:runtime',
      'container:create:privileged',
      'container:create:requested_destination',
    ]);
  });
});

describe('kill', () => {
  const kill = new ParamsValidator(operations.killContainer.params!.fields);
  it.each(['SIGKILL', 'KILL', 'sigkill', 'kill', '9', 'usr1', 'SIGRTMIN', '34', 'None'])('takes %s', (signal) => {
    expect(() => kill.checkSchema({ signal }, at('1.40'))).not.toThrow();
  });
  it.each(['KILLX', '9x', '', '0', '65', 9, null])('refuses %s', (signal) => {
    expect(() => kill.checkSchema({ signal }, at('1.40'))).toThrow(/'signal'/);
  });
});

it('gives every operation an id equal to its key, and no two the same method and path', () => {
  const routes = Object.values(operations).map(({ method, path }) => `${method} ${path}`);
  expect(new Set(routes).size).toBe(routes.length);
  expect(Object.entries(operations).every(([key, { id }]) => key === id)).toBe(true);
});
