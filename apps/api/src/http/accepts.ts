/**
 * Whether an `Accept` header lets us answer a media type: of the ranges that fit, the most specific decides.
 * @param header absent or empty: everything is accepted
 * @param type e.g. `application/json`, in lower case and without parameters
 */
export function accepts(header: string | undefined, type: string): boolean {
  if (header === undefined || header.trim() === '') return true;
  // The most specific last.
  const ranges = ['*/*', `${type.split('/')[0]}/*`, type];
  let [found, isAccepted] = [-1, false];
  for (const item of header.split(',')) {
    const [range = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    const rank = ranges.indexOf(range);
    if (rank < 0 || rank < found) continue;
    [found, isAccepted] = [rank, qualityOf(parameters) > 0];
  }
  return isAccepted;
}

function qualityOf(parameters: readonly string[]): number {
  const text = parameters.find((parameter) => /^q\s*=/.test(parameter));
  return text === undefined ? 1 : Number(text.split('=')[1]);
}
