/** @param pairs texts `key=value`; one without `=` is a key with an empty value */
export function parsePairs(pairs: readonly string[]): Record<string, string> {
  const entries = pairs.map((pair) => {
    const equals = pair.indexOf('=');
    return equals === -1 ? [pair.trim(), ''] : [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}
