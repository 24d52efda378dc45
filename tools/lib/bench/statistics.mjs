/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? Number(sorted[middle]) : (Number(sorted[middle - 1]) + Number(sorted[middle])) / 2;
}

/**
 * @param {number[]} values
 * @param {number} share 0 to 1
 */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
}

/**
 * The median of each figure.
 * @template {Record<string, number>} T
 * @param {T[]} rounds
 * @returns {T}
 */
export function medians(rounds) {
  const names = Object.keys(rounds[0] ?? {});
  return /** @type {T} */ (Object.fromEntries(names.map((name) => [name, median(rounds.map((round) => Number(round[name])))])));
}
