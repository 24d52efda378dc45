import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { connectionOf, dockerodeOf } from './connection.js';

describe('the connection to an engine', () => {
  it.each([
    ['unix:///run/docker.sock', undefined, { protocol: 'http:', socketPath: '/run/docker.sock' }],
    ['unix:///run/docker.sock', { ca: 'PEM' }, { protocol: 'http:', socketPath: '/run/docker.sock' }],
    ['tcp://[::1]:2375', undefined, { protocol: 'http:', host: '::1', port: 2375 }],
    ['tcp://engine:2376', { ca: 'PEM' }, { protocol: 'https:', host: 'engine', port: 2376, ca: 'PEM', rejectUnauthorized: true }],
    ['tcp://engine:2376', { insecure: true }, { protocol: 'https:', host: 'engine', port: 2376, rejectUnauthorized: false }],
  ])('to %s with %o', (apiUrl, tls, connection) => {
    expect(connectionOf({ apiUrl, tls })).toEqual(connection);
  });
  it('is not printed with each of its sockets at every call', () => {
    const { modem } = dockerodeOf(connectionOf({ apiUrl: 'unix:///run/docker.sock' }));
    const { agent } = modem as unknown as { agent: { sockets: Record<string, unknown> } };
    agent.sockets['one'] = ['a socket'];
    expect(inspect(agent, { showHidden: true, depth: null })).not.toContain('a socket');
  });
});
