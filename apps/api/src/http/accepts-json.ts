/** Media ranges that JSON falls under, the most specific last. */
const RANGES = ['*/*', 'application/*', 'application/json'];

/**
 * Whether an `Accept` header lets us answer JSON: of the ranges that fit, the most specific decides.
 * @param header absent or empty: everything is accepted
 */
export function acceptsJson(header: string | undefined): boolean {
  if (header === undefined || header.trim() === '') return true;
  let [found, accepts] = [-1, false];
  for (const item of header.split(',')) {
    const [range = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    const rank = RANGES.indexOf(range);
    if (rank < 0 || rank < found) continue;
    [found, accepts] = [rank, qualityOf(parameters) > 0];
  }
  return accepts;
}

function qualityOf(parameters: readonly string[]): number {
  const text = parameters.find((parameter) => /^q\s*=/.test(parameter));
  return text === undefined ? 1 : Number(text.split('=')[1]);
}
