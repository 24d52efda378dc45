/** Reads lines of `NAME=value`. @throws Error naming the line that has no name */
export function parsePairs(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      if (at < 1) throw new Error(`Each line must be NAME=value, and “${line.trim()}” is not.`);
      return [line.slice(0, at).trim(), line.slice(at + 1)];
    }),
  );
}
