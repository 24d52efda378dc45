/** What the project promises; a row that misses it says so. */
const PROMISES = {
  one: { least: 0.5, text: '≥ 0.5' },
  fastReader: { least: 0.5, text: '≥ 0.5' },
  growthMib: 100,
};

/**
 * The rows of each part, in the order of the table.
 * @type {Record<string, (figures: any) => string[][]>}
 */
const ROWS = {
  reads: (reads) => [
    readRow('GET one container, answers/s', reads.one, PROMISES.one),
    readRow('GET 100 of 10,000, answers/s', reads.list),
    cpuRow('GET one container, CPU µs', reads.one),
    cpuRow('GET 100 of 10,000, CPU µs', reads.list),
  ],
  pages: (pages) => [
    readRow('GET 1,000 of 1,000,000, first page', pages.firstPage),
    readRow('GET 1,000 of 1,000,000, last page', pages.lastPage),
  ],
  writes: (writes) => [
    readRow('creates accepted and placed, per s', writes.creates),
    cpuRow('create accepted, CPU µs of the API', writes.creates),
  ],
  lifecycle: ({ ours, raw, bridge }) => [
    lifecycleRow('create to Running, own network, ms', ours, raw),
    lifecycleRow('… floor on the default bridge, ms', ours, bridge),
  ],
  messages: ({ memory, rabbitmq }) => [
    ['one call in process, ms (p50)', memory.p50Ms.toFixed(3), '', '', ''],
    ['one call over RabbitMQ, ms (p50)', rabbitmq.p50Ms.toFixed(2), '', '', ''],
  ],
  streams: streamRows,
  memory: (memory) => Object.entries(memory).map(([name, mib]) => [`${name} idle, MiB`, String(mib), '', '', '']),
};

/**
 * @param {Record<string, any>} report the figures by part; parts that were not measured are left out
 * @returns {string}
 */
export function renderReport(report) {
  const rows = Object.entries(ROWS).flatMap(([part, rowsOf]) => (report[part] === undefined ? [] : rowsOf(report[part])));
  return table([['what', 'ours', 'floor', 'ratio', 'promise'], ...rows]);
}

/**
 * @param {any} streams
 * @returns {string[][]}
 */
function streamRows({ fast, slow, idle }) {
  const share = fast.oursMibPerSecond / fast.dockerMibPerSecond;
  const [ours, floor] = [fast.oursMibPerSecond.toFixed(0), fast.dockerMibPerSecond.toFixed(0)];
  const { least, text } = PROMISES.fastReader;
  return [
    ['output to a fast reader, MiB/s', ours, floor, ratio(share), verdict(share >= least, text)],
    ...growthRows(`${slow.mib} MiB at ${slow.mibPerSecond.toFixed(0)} MiB/s: growth of`, slow.growthMib),
    ...Object.entries(idle.kibEach).map(([name, kib]) => [
      `${idle.count} idle terminals: KiB each in ${name}`,
      kib.toFixed(0),
      '',
      '',
      '',
    ]),
  ];
}

/**
 * @param {string} what
 * @param {Record<string, number>} growthMib
 */
const growthRows = (what, growthMib) =>
  Object.entries(growthMib).map(([name, mib]) => {
    const most = PROMISES.growthMib;
    return [`${what} ${name}, MiB`, mib.toFixed(0), '', '', verdict(mib <= most, `≤ ${most}`)];
  });

/**
 * @param {string} name
 * @param {any} result
 * @param {{ least: number, text: string }} [promise]
 */
function readRow(name, { ours, bare }, promise) {
  const share = ours.perSecond / bare.perSecond;
  const told = promise ? verdict(share >= promise.least, promise.text) : '';
  return [name, ours.perSecond.toFixed(0), bare.perSecond.toFixed(0), ratio(share), told];
}

/**
 * @param {string} name
 * @param {{ p50Ms: number }} ours
 * @param {{ p50Ms: number }} floor
 */
function lifecycleRow(name, ours, floor) {
  const allowed = floor.p50Ms * 1.3 + 50;
  const told = verdict(ours.p50Ms <= allowed, `≤ 1.3 × floor + 50 = ${allowed.toFixed(0)}`);
  return [name, ours.p50Ms.toFixed(0), floor.p50Ms.toFixed(0), ratio(ours.p50Ms / floor.p50Ms), told];
}

/**
 * @param {string} name
 * @param {any} result
 */
function cpuRow(name, { ours, bare }) {
  return [name, ours.cpuUs.toFixed(0), bare.cpuUs.toFixed(0), ratio(ours.cpuUs / bare.cpuUs), ''];
}

/** @param {number} value */
const ratio = (value) => `${value.toFixed(2)} ×`;

/**
 * @param {boolean} isKept
 * @param {string} text
 */
const verdict = (isKept, text) => `${text}: ${isKept ? 'kept' : 'MISSED'}`;

/** @param {string[][]} rows */
function table(rows) {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => (column ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
