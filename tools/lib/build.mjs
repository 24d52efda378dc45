import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildConsole, consoleInputs, isConsoleBuilt } from './build-console.mjs';
import { exec } from './exec.mjs';
import { filesUnder } from './files.mjs';
import { root, serviceEntry } from './paths.mjs';
import { Problem } from './problem.mjs';

const APPS = ['api', 'scheduler', 'compute', 'embedded'];
const stampFile = join(root, 'dist', '.bundles.json');

/**
 * Compiles everything, and bundles each service into `dist/apps/<name>/main.js` and the console into `dist/apps/console`. Does nothing when nothing has changed.
 * @param {import('./steps.mjs').Say} say
 */
export async function build(say) {
  await compile();
  const inputs = [...compiledFiles(), ...consoleInputs()];
  const fresh = stampOf(inputs);
  const complete = APPS.every((app) => existsSync(serviceEntry(app))) && isConsoleBuilt();
  if (complete && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fresh) return say('nothing has changed');
  say('bundling');
  rmSync(stampFile, { force: true });
  for (const app of APPS) await bundle(app);
  await buildConsole();
  writeFileSync(stampFile, fresh);
  say(`${APPS.length} services and the console`);
}

/** TypeScript 7, which is some five times faster; 6 where that does not run. */
export async function compile(/** @type {string[]} */ ...projects) {
  const [native, classic] = ['typescript-native', 'typescript'].map((name) => join(root, 'node_modules', name, 'bin', 'tsc'));
  const compiler = existsSync(String(native)) ? native : classic;
  await exec(process.execPath, [String(compiler), '-b', ...projects], { cwd: root }).catch((error) => {
    throw new Problem('The code does not compile.', error.output ?? error.message);
  });
}

/**
 * Our own code goes into the bundle, node_modules stay outside.
 * @param {string} app
 */
async function bundle(app) {
  const { rolldown } = await import(pathToFileURL(join(root, 'node_modules', 'rolldown', 'dist', 'index.mjs')).href);
  const compiled = join(root, 'apps', app, 'dist');
  const start = ['main.js', 'index.js'].map((file) => join(compiled, file)).find(existsSync);
  if (!start) throw new Problem(`apps/${app} has neither src/main.ts nor src/index.ts.`);
  const built = await rolldown({
    input: start,
    platform: 'node',
    external: (/** @type {string} */ id) => !id.startsWith('.') && !id.startsWith('/') && !id.startsWith('@zun/'),
    logLevel: 'warn',
  });
  const file = serviceEntry(app);
  mkdirSync(dirname(file), { recursive: true });
  await built.write({ file, format: 'esm', sourcemap: true, keepNames: true, codeSplitting: false });
  await built.close();
}

/** @returns {string[]} what the compiler has written */
const compiledFiles = () =>
  ['apps', 'libs', join('libs', 'drivers')]
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name, 'dist')))
    .flatMap((dist) => filesUnder(dist))
    .filter((file) => file.endsWith('.js'));

/** @param {string[]} files */
function stampOf(files) {
  const rows = files.sort().map((file) => {
    const { mtimeMs, size } = statSync(file);
    return `${relative(root, file).split(sep).join('/')} ${mtimeMs} ${size}`;
  });
  return JSON.stringify(rows);
}
