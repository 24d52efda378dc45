import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { CommandFailed, exec, hasProgram, isRoot } from './exec.mjs';
import { Problem, messageOf } from './problem.mjs';
import { sleep } from './wait.mjs';

const POLICY = '/usr/sbin/policy-rc.d';
const POLICY_MARK = '# temporary, written by zun: packages must not start services now';
const LOCK_WAIT_SECONDS = 120;

/**
 * Installs the Debian packages that are missing, without starting the services they bring.
 * @param {string[]} names
 * @param {import('./steps.mjs').Say} say
 * @returns {Promise<string[]>} what had to be installed
 */
export async function ensurePackages(names, say) {
  const missing = await missingPackages(names);
  if (missing.length === 0) {
    say('all there');
    return missing;
  }
  demandMeans(missing);
  say(`installing ${missing.join(', ')}`);
  await withoutServiceStarts(() => install(missing, say));
  say(`installed ${missing.join(', ')}`);
  return missing;
}

/**
 * @param {string[]} names
 * @returns {Promise<string[]>}
 */
async function missingPackages(names) {
  if (!hasProgram('dpkg-query')) {
    throw new Problem(
      'This is not a Debian system (dpkg-query is missing).',
      `Install these by your own means: ${names.join(', ')}`,
    );
  }
  const format = '${Package} ${db:Status-Status}\\n';
  const report = await exec('dpkg-query', ['-W', '-f', format, ...names]).catch((error) => {
    if (error instanceof CommandFailed) return error.output; // it complains about unknown names and lists the others
    throw error;
  });
  const installed = new Set(
    report
      .split('\n')
      .filter((row) => row.endsWith(' installed'))
      .map((row) => row.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name));
}

/** @param {string[]} missing */
function demandMeans(missing) {
  if (isRoot() || hasProgram('sudo')) return;
  throw new Problem(
    `These packages are missing: ${missing.join(', ')}. Installing them needs root, and there is no sudo.`,
    `As root:  apt-get update && apt-get install --no-install-recommends ${missing.join(' ')}\nThen run this command again.`,
  );
}

/**
 * @param {string[]} names
 * @param {import('./steps.mjs').Say} say
 */
async function install(names, say) {
  if (!havePackageLists()) await update(say);
  try {
    await aptGet(['install', ...names], say);
  } catch (error) {
    if (!/Unable to locate|404|Unable to fetch|no installation candidate/i.test(messageOf(error))) throw failed(names, error);
    await update(say); // the lists are older than the archive
    await aptGet(['install', ...names], say).catch((again) => Promise.reject(failed(names, again)));
  }
}

const havePackageLists = () =>
  existsSync('/var/lib/apt/lists') && readdirSync('/var/lib/apt/lists').some((file) => file.includes('_Packages'));

/** @param {import('./steps.mjs').Say} say */
async function update(say) {
  say('reading the package lists');
  await aptGet(['update'], say).catch((error) => {
    throw new Problem(
      `apt-get update failed: ${messageOf(error)}`,
      'Check the network and /etc/apt/sources.list, then run this again.',
    );
  });
}

/**
 * @param {string[]} args
 * @param {import('./steps.mjs').Say} say
 */
async function aptGet(args, say) {
  const options = ['-y', '-q', '--no-install-recommends', '-o', `DPkg::Lock::Timeout=${LOCK_WAIT_SECONDS}`];
  const keepConfiguration = ['-o', 'Dpkg::Options::=--force-confdef', '-o', 'Dpkg::Options::=--force-confold'];
  const command = ['DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C.UTF-8', 'apt-get', ...options, ...keepConfiguration, ...args];
  const deadline = performance.now() + LOCK_WAIT_SECONDS * 1000;
  for (;;) {
    try {
      return await exec('env', command, { asRoot: true });
    } catch (error) {
      const locked = /Could not get lock|is another process using it/i.test(messageOf(error));
      if (!locked || performance.now() > deadline) throw error;
      say('another program is installing packages; waiting for it');
      await sleep(2_000);
    }
  }
}

/**
 * @param {string[]} names
 * @param {unknown} error
 */
const failed = (names, error) =>
  new Problem(
    `Could not install ${names.join(', ')}: ${messageOf(error)}`,
    `Try by hand what it says:  apt-get install --no-install-recommends ${names.join(' ')}`,
  );

/**
 * Debian starts a service as soon as its package is installed, unless policy-rc.d forbids it.
 * @param {() => Promise<void>} work
 */
async function withoutServiceStarts(work) {
  const ours = !existsSync(POLICY) || readFileSync(POLICY, 'utf8').includes(POLICY_MARK);
  if (!ours) return work();
  const script = `#!/bin/sh\n${POLICY_MARK}\nexit 101\n`;
  await exec('sh', ['-c', `cat >${POLICY} && chmod 755 ${POLICY}`], { asRoot: true, input: script });
  try {
    await work();
  } finally {
    await exec('rm', ['-f', POLICY], { asRoot: true });
  }
}
