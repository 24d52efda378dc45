import { LABEL_ACTION, LABEL_HOST, LABEL_UUID } from '@zun/driver-api';
import { makeSpec } from '@zun/testing';
import type { ContainerSpec } from '@zun/domain';
import { describe, expect, it } from 'vitest';
import { createBody, type EngineFacts } from './create-body.js';

const FACTS: EngineFacts = { host: 'host-a', apiVersion: '1.41', quirks: {} };
const body = (over: Partial<ContainerSpec> = {}, facts: Partial<EngineFacts> = {}, networks = [{ networkName: 'n1' }]): Body =>
  createBody(makeSpec(over), { image: 'i:1', networks, defaultRuntime: 'runc' }, { ...FACTS, ...facts }) as Body;
type Body = Record<string, unknown> & { HostConfig: Record<string, unknown> };

describe("body of the engine's create call", () => {
  it.each<[string, Partial<ContainerSpec>, Record<string, unknown>]>([
    ['command and entrypoint as lists', { command: ['a', 'b'], entrypoint: ['c'] }, { Cmd: ['a', 'b'], Entrypoint: ['c'] }],
    ['environment as K=V', { environment: { A: '1', B: 'x=y' } }, { Env: ['A=1', 'B=x=y'] }],
    ['workdir and hostname', { workdir: '/w', hostname: 'h' }, { WorkingDir: '/w', Hostname: 'h' }],
    ['a terminal', { tty: true }, { Tty: true }],
    [
      'interactive: stdin is open, once, and attached',
      { interactive: true },
      { OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true },
    ],
    ['exposed ports as they are', { exposedPorts: { '80/tcp': {} } }, { ExposedPorts: { '80/tcp': {} } }],
    [
      'a healthcheck, seconds as nanoseconds, what is absent as 0',
      { healthcheck: { test: 'true', interval: 300 } },
      { Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 300e9, Timeout: 0, Retries: 0 } },
    ],
  ])('%s', (_, spec, expected) => {
    expect(body(spec)).toMatchObject(expected);
  });

  it.each<[string, Partial<ContainerSpec>, Record<string, unknown>]>([
    ['memory in bytes', { memoryMib: 512 }, { Memory: 536_870_912 }],
    ['cpu as shares', { cpu: 0.3 }, { CpuShares: 307 }],
    ['no limits as 0', {}, { Memory: 0, CpuShares: 0 }],
    ['a disk as storage option', { diskGib: 20 }, { StorageOpt: { size: '20G' } }],
    [
      'a restart policy with its count as number',
      { restartPolicy: { Name: 'on-failure', MaximumRetryCount: '3' } },
      { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } },
    ],
    ['auto-remove', { autoRemove: true }, { AutoRemove: true }],
    ['privileged', { privileged: true }, { Privileged: true }],
    ['the runtime asked for', { runtime: 'kata' }, { Runtime: 'kata' }],
    ['the default runtime otherwise', {}, { Runtime: 'runc' }],
    ['the network', {}, { NetworkMode: 'n1' }],
  ])('host configuration: %s', (_, spec, expected) => {
    expect(body(spec).HostConfig).toMatchObject(expected);
  });

  it('leaves to the image what is not asked for, and sets nothing that Zun does not', () => {
    const plain = body({ command: null });
    for (const field of ['Cmd', 'Entrypoint', 'WorkingDir', 'Hostname', 'Healthcheck', 'ExposedPorts'])
      expect(plain).not.toHaveProperty(field);
    for (const field of ['MemorySwap', 'NanoCpus', 'CpuQuota', 'Dns', 'Ulimits', 'AutoRemove', 'StorageOpt', 'PortBindings']) {
      expect(plain.HostConfig).not.toHaveProperty(field);
    }
  });

  it("carries the tenant's labels and ours; ours cannot be forged", () => {
    const spec = makeSpec({ labels: { app: 'web', [LABEL_HOST]: 'other', [LABEL_ACTION]: '99' } });
    const { Labels } = createBody(spec, { image: 'i', networks: [], defaultRuntime: null, madeBy: 7 }, FACTS);
    expect(Labels).toEqual({ app: 'web', [LABEL_UUID]: spec.uuid, [LABEL_HOST]: 'host-a', [LABEL_ACTION]: '7' });
  });

  it('without a network has none', () => {
    const plain = body({}, {}, []);
    expect(plain.HostConfig['NetworkMode']).toBe('none');
    expect(plain).not.toHaveProperty('NetworkingConfig');
  });

  it.each([
    ['1.41', { MacAddress: 'aa:bb' }, { n1: { IPAMConfig: { IPv4Address: '10.0.0.5' } } }],
    ['1.44', {}, { n1: { IPAMConfig: { IPv4Address: '10.0.0.5' }, MacAddress: 'aa:bb' } }],
  ])('asks for fixed addresses where API %s wants them', (apiVersion, own, endpoints) => {
    const network = { networkName: 'n1', ipv4: '10.0.0.5', macAddress: 'aa:bb' };
    expect(body({}, { apiVersion }, [network])).toMatchObject({ ...own, NetworkingConfig: { EndpointsConfig: endpoints } });
  });

  it("keeps to an engine's quirks", () => {
    const ulimits = [{ Name: 'nofile', Soft: 1, Hard: 2 }];
    const { HostConfig } = body({ runtime: 'runc' }, { quirks: { ulimits, ignoresRuntime: true } });
    expect(HostConfig).toMatchObject({ Ulimits: ulimits });
    expect(HostConfig).not.toHaveProperty('Runtime');
  });
});
