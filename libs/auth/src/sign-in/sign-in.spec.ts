import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeConfig } from '@zun/config';
import { ServiceUnavailableError } from '@zun/domain';
import { EmbeddedIdentity, registerIdentityRoutes } from '@zun/identity';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSignIn } from './create-sign-in.js';
import type { SignIn, SignInRequest } from './sign-in.js';

let folder: string;
let identity: EmbeddedIdentity;
let server: FastifyInstance;
let auth_url: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zun-sign-in-'));
  const files = { usersFile: join(folder, 'users.json'), tokenKeyFile: join(folder, 'key') };
  identity = new EmbeddedIdentity({ ...files, tokenExpiration: 3600, regionName: 'R', publicEndpoint: 'http://h' });
  await identity.store.addUser({ name: 'demo', project: 'lab', role: 'member', password: 'pw' });
  await identity.store.addUser({ name: 'demo', project: 'attic', role: 'reader' });
  server = fastify();
  await registerIdentityRoutes(server, identity, { prefix: '/identity' });
  auth_url = `${await server.listen({ port: 0, host: '127.0.0.1' })}/identity`;
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const overHttp = (): SignIn => createSignIn(makeConfig({ keystone_authtoken: { auth_url } }));
const request = (over: Partial<SignInRequest> = {}): SignInRequest => ({
  user: 'demo',
  password: 'pw',
  userDomain: 'default',
  project: null,
  projectDomain: 'default',
  ...over,
});

// What stands in for Keystone is the embedded identity over HTTP: the same must hold of both.
describe.each([
  ['in the process', (): SignIn => createSignIn(makeConfig({}), identity)],
  ['over HTTP', overHttp],
])('signing in, %s', (_where, create) => {
  it('gives a token for the default project, and says which others there are', async () => {
    const { token, data, projects } = await create().signIn(request());
    expect(identity.validate(token)).toEqual(data);
    expect(data).toMatchObject({ userName: 'demo', projectName: 'lab' });
    expect(projects.map(({ name }) => name)).toEqual(['attic', 'lab']);
  });

  it('gives a token for the project that is named', async () => {
    expect((await create().signIn(request({ project: 'attic' }))).data).toMatchObject({
      projectName: 'attic',
      roles: ['reader'],
    });
  });

  it.each([{ password: 'no' }, { user: 'nobody' }, { project: 'none' }])('refuses %j', async (over) => {
    await expect(create().signIn(request(over))).rejects.toMatchObject({ errorClass: 'unauthenticated' });
  });

  it('changes the project, and ends a token', async () => {
    const signIn = create();
    const { token, projects } = await signIn.signIn(request());
    const changed = await signIn.changeProject(token, projects[0]!.id);
    expect(changed.data.projectName).toBe('attic');
    await expect(signIn.changeProject(token, 'none')).rejects.toMatchObject({ errorClass: 'unauthenticated' });
    await signIn.signOut(changed.token);
    expect(identity.validate(changed.token)).toBeNull();
    await signIn.signOut(changed.token);
  });
});

it('says that Keystone is away', async () => {
  const signIn = overHttp();
  await server.close();
  await expect(signIn.signIn(request())).rejects.toBeInstanceOf(ServiceUnavailableError);
});
