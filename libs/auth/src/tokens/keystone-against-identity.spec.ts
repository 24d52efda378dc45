import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeConfig } from '@zun/config';
import { ServiceUnavailableError } from '@zun/domain';
import { EmbeddedIdentity, registerIdentityRoutes } from '@zun/identity';
import { silentLogger } from '@zun/telemetry';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTokenValidator } from './create-token-validator.js';
import type { TokenValidator } from './token-source.js';

// The two halves of this library against each other: the client of Keystone, and what stands in for Keystone.
let folder: string;
let identity: EmbeddedIdentity;
let server: FastifyInstance;
let validator: TokenValidator;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zun-keystone-'));
  const files = { usersFile: join(folder, 'users.json'), tokenKeyFile: join(folder, 'key') };
  identity = new EmbeddedIdentity({ ...files, tokenExpiration: 3600, regionName: 'R', publicEndpoint: 'http://h' });
  await identity.store.addUser({ name: 'zun', project: 'service', role: 'service', password: 'spw' });
  await identity.store.addUser({ name: 'demo', project: 'demo', role: 'member', password: 'pw' });
  server = fastify();
  await registerIdentityRoutes(server, identity, { prefix: '/identity' });
  const auth_url = `${await server.listen({ port: 0, host: '127.0.0.1' })}/identity`;
  const login = { auth_url, username: 'zun', password: 'spw', project_name: 'service' };
  validator = createTokenValidator(makeConfig({ keystone_authtoken: login }), silentLogger);
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function tokenOf(name: string, password: string): Promise<string> {
  const user = { name, password, domain: { id: 'default' } };
  return (await identity.authenticate({ auth: { identity: { methods: ['password'], password: { user } } } })).token;
}

it('a token says the same over HTTP as in the process', async () => {
  const token = await tokenOf('demo', 'pw');
  expect(await validator.validate(token)).toEqual(identity.validate(token));
});

it('a token that was revoked is not valid', async () => {
  const token = await tokenOf('demo', 'pw');
  await identity.revoke(identity.require(token));
  expect(await validator.validate(token)).toBeNull();
});

it("the service logs in again after its own token was revoked, and fails as 'away' when it no longer may", async () => {
  await validator.validate(await tokenOf('demo', 'pw'));
  const zun = identity.store.current().userNamed('zun');
  await identity.store.setPassword(zun?.id ?? '', 'spw');
  expect(await validator.validate(await tokenOf('demo', 'pw'))).not.toBeNull();
  await identity.store.removeUser('zun');
  await expect(validator.validate(await tokenOf('demo', 'pw'))).rejects.toBeInstanceOf(ServiceUnavailableError);
});
