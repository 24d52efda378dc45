import { afterAll, beforeAll, expect, it } from 'vitest';
import { testCluster, type TestCluster } from '../lib/cluster.js';
import { keystoneFor, newAccount, newDomain, dropDomain, type Account, type Keystone } from '../lib/keystone.js';

let cluster: TestCluster;
let keystone: Keystone;
let domain: string;
let account: Account;

beforeAll(async () => {
  cluster = await testCluster({});
  const admin = cluster.credentials('admin');
  keystone = await keystoneFor(admin);
  domain = await newDomain(keystone);
  account = await newAccount(keystone, admin.authUrl, 'member', domain);
});
afterAll(async () => {
  await cluster?.start('keystone');
  if (domain) await dropDomain(keystone, domain);
  await cluster?.leave();
});

async function post(path: string, body?: unknown, token?: string): Promise<{ status: number; text: string }> {
  const headers = { 'Content-Type': 'application/json', ...(token === undefined ? {} : { 'X-Auth-Token': token }) };
  const url = `${cluster.apiUrls[0]!.replace(/\/v1$/, '')}/console/api/${path}`;
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, text: await answer.text() };
}

it('the console signs people in with Keystone, by the name of their domain, into a project of theirs', async () => {
  const { username: user, password, project } = account.credentials;
  const { domain: named } = (await keystone('GET', `/domains/${domain}`)) as { domain: { name: string } };
  const request = { user, password, user_domain: named.name };
  expect((await post('sign-in', { ...request, password: 'not this' })).status).toBe(401);
  // A user of Keystone's need not have a default project: then it is the first that there is.
  const answer = await post('sign-in', request);
  expect(answer.status, answer.text).toBe(200);
  const session = JSON.parse(answer.text) as { token: string; project: { id: string } };
  expect(session).toMatchObject({ project: { name: project, domain }, roles: expect.arrayContaining(['member']) as unknown });
  expect((await post('projects', { project_id: session.project.id }, session.token)).status).toBe(200);
  expect((await post('projects', { project_id: 'of-nobody' }, session.token)).status).toBe(401);
  expect((await post('sign-out', undefined, session.token)).status).toBe(204);
  expect((await post('projects', { project_id: session.project.id }, session.token)).status).toBe(401);
});

it('says so while Keystone is away', async () => {
  await cluster.kill('keystone');
  const { username: user, password } = cluster.credentials('demo');
  const answer = await post('sign-in', { user, password });
  expect(answer.status).toBe(503);
  expect(answer.text).toContain('The identity service is not available at the moment.');
});
