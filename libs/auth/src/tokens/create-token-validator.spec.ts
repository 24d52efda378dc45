import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeConfig } from '@zun/config';
import { EmbeddedIdentity } from '@zun/identity';
import { silentLogger } from '@zun/telemetry';
import { expect, it } from 'vitest';
import { createTokenValidator } from './create-token-validator.js';

it('with the embedded identity, a change of the users ends cached tokens at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zun-validator-'));
  const files = { usersFile: join(folder, 'users.json'), tokenKeyFile: join(folder, 'key') };
  const identity = new EmbeddedIdentity({ ...files, tokenExpiration: 3600, regionName: 'R', publicEndpoint: 'http://h' });
  await identity.store.addUser({ name: 'demo', project: 'demo', role: 'member', password: 'pw' });
  const user = { name: 'demo', password: 'pw', domain: { id: 'default' } };
  const { token } = await identity.authenticate({ auth: { identity: { methods: ['password'], password: { user } } } });
  const validator = createTokenValidator(makeConfig({ api: { auth_strategy: 'embedded' } }), silentLogger, identity);
  expect(await validator.validate(token)).toMatchObject({ userName: 'demo', roles: ['member', 'reader'] });
  expect(validator.peek(token)).toBeDefined();
  await identity.store.removeUser('demo');
  expect(validator.peek(token)).toBeUndefined();
  expect(await validator.validate(token)).toBeNull();
  rmSync(folder, { recursive: true });
});

it('with Keystone, names the options that are missing', () => {
  expect(() => createTokenValidator(makeConfig(), silentLogger)).toThrow(
    '[keystone_authtoken] needs auth_url, username, password, project_name to log in to Keystone',
  );
});
