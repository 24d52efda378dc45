import { writeFileSync } from 'node:fs';

/** @typedef {{ authUrl: string, username: string, password: string, project: string, region?: string }} Credentials */

/**
 * What the OpenStack clients read from their environment.
 * @param {Credentials} credentials
 * @returns {Record<string, string>}
 */
export const clientEnvironment = ({ authUrl, username, password, project, region = 'RegionOne' }) => ({
  OS_AUTH_URL: authUrl,
  OS_IDENTITY_API_VERSION: '3',
  OS_AUTH_TYPE: 'password',
  OS_USERNAME: username,
  OS_PASSWORD: password,
  OS_PROJECT_NAME: project,
  OS_USER_DOMAIN_ID: 'default',
  OS_PROJECT_DOMAIN_ID: 'default',
  OS_REGION_NAME: region,
});

/**
 * Writes a file to be sourced by a shell, readable by its owner only.
 * @param {string} file
 * @param {Credentials} credentials
 * @param {string} clientsBin folder of the clients
 */
export function writeOpenrc(file, credentials, clientsBin) {
  const rows = Object.entries(clientEnvironment(credentials)).map(([name, value]) => `export ${name}='${value}'`);
  writeFileSync(file, `${rows.join('\n')}\nexport PATH='${clientsBin}':"$PATH"\n`, { mode: 0o600 });
}

/**
 * The password in a file that {@link writeOpenrc} wrote.
 * @param {string} text
 */
export const passwordIn = (text) => /^export OS_PASSWORD='([^']*)'$/m.exec(text)?.[1];
