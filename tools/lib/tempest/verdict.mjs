/**
 * What a test of the plugin needs that the cluster footprint does not have. Everything else must pass.
 * @type {readonly { lacks: string, tests: RegExp }[]}
 */
const LACKING = [
  { lacks: 'capsules', tests: /test_capsules/ },
  { lacks: 'Cinder', tests: /cinder_volume/ },
  {
    lacks: 'Neutron',
    tests:
      /with_port|security_groups|with_network|shared_network|no_gateway_subnet|expose_port|detach_and_attach_network|test_container_network|test_delete_container$/,
  },
];

/**
 * @typedef {object} TempestTest
 * @property {string} name
 * @property {'ok' | 'FAILED' | 'SKIPPED'} result
 * @property {number} seconds
 * @property {string} reason of a skip, as the plugin tells it
 */

/**
 * @param {string} output of `tempest run`
 * @returns {TempestTest[]}
 */
export function readTempest(output) {
  const line = /^\{\d+\} (.+?)(?: \[([\d.]+)s\])? \.\.\. (ok|FAILED|SKIPPED)(?:: (.*))?$/gm;
  return [...output.matchAll(line)].map(([, name, took, result, reason]) => ({
    name: String(name).replace(/^.*tests\.tempest\.api\./, ''),
    result: /** @type {TempestTest['result']} */ (result),
    seconds: Number(took ?? 0),
    reason: reason ?? '',
  }));
}

/**
 * What a test lacks here, if anything.
 * @param {string} name
 */
export const lacking = (name) => LACKING.find(({ tests }) => tests.test(name))?.lacks ?? null;

/**
 * Tests that failed though they need nothing that is not there.
 * @param {TempestTest[]} tests
 */
export const failures = (tests) => tests.filter(({ name, result }) => result === 'FAILED' && lacking(name) === null);

/**
 * @param {TempestTest[]} tests
 * @returns {string}
 */
export function renderTempest(tests) {
  const told = tests.map(({ name, result, seconds, reason }) => {
    const lacks = result === 'ok' ? null : lacking(name);
    const mark = lacks && result === 'FAILED' ? 'lacks' : result;
    const why = [lacks ? `needs ${lacks}` : '', reason].filter(Boolean).join('; ');
    return { mark, text: `${mark.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s  ${name}${why ? `  -- ${why}` : ''}` };
  });
  const order = ['FAILED', 'ok', 'lacks', 'SKIPPED'];
  told.sort((a, b) => order.indexOf(a.mark) - order.indexOf(b.mark) || a.text.slice(17).localeCompare(b.text.slice(17)));
  const count = (/** @type {string} */ mark) => told.filter((one) => one.mark === mark).length;
  return [
    ...told.map(({ text }) => text),
    '',
    `${count('ok')} passed, ${count('FAILED')} failed, ${count('lacks')} lack a service that is not there, ${count('SKIPPED')} skipped by the plugin`,
  ].join('\n');
}
