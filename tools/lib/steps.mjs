import { Problem } from './problem.mjs';

const QUIET_MS = 1_500;
const SETTLE_MS = 200;

/** @typedef {(detail: string) => void} Say what a step reports of itself; its last word stays on the line */

/**
 * Prints a script's progress: one line for each step, with the time it took. A step that takes longer than a moment is
 * announced first, so that nobody waits in front of an empty screen.
 * @param {NodeJS.WritableStream} [out]
 */
export function createSteps(out = process.stdout) {
  const began = performance.now();
  return {
    /**
     * @template T
     * @param {string} title
     * @param {(say: Say) => T | Promise<T>} work
     * @returns {Promise<T>}
     */
    async step(title, work) {
      const since = performance.now();
      let detail = '';
      let announced = false;
      const announce = () => {
        announced = true;
        out.write(`  …   ${title}${detail ? `: ${detail}` : ''}\n`);
      };
      let timer = setTimeout(announce, QUIET_MS);
      try {
        const result = await work((text) => {
          detail = text;
          if (!announced) return;
          clearTimeout(timer);
          timer = setTimeout(announce, SETTLE_MS); // the last word is on the closing line anyway
        });
        out.write(line('ok', title, detail, since));
        return result;
      } catch (error) {
        out.write(line('FAIL', title, '', since));
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
    /** @param {string} [text] */
    print: (text = '') => void out.write(`${text}\n`),
    elapsed: () => seconds(performance.now() - began),
  };
}

/** @param {number} ms */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * @param {string} mark
 * @param {string} title
 * @param {string} detail
 * @param {number} since
 */
function line(mark, title, detail, since) {
  const text = detail ? `${title}: ${detail}` : title;
  return `  ${mark.padEnd(4)}${text.padEnd(74)} ${seconds(performance.now() - since).padStart(7)}\n`;
}

/**
 * Runs a script: a {@link Problem} is shown as message and advice, anything else with its stack; both exit with 1.
 * @param {() => unknown} script
 */
export async function main(script) {
  // Whoever reads no further, as `head` does, is told no more; what was begun is done to its end.
  process.stdout.on('error', (error) => {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPIPE') throw error;
  });
  try {
    await script();
  } catch (error) {
    process.exitCode = 1;
    if (!(error instanceof Problem)) return void console.error(error);
    console.error(`\n${error.message}`);
    if (error.advice) console.error(`\n${error.advice.replace(/^/gm, '  ')}`);
  }
}
