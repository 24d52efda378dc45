/** A place between two events, as clients keep it: `<epoch of the database>-<number of the last event>`. */
export function formatCursor(epoch: string, seq: number): string {
  return `${epoch}-${seq}`;
}

/** @returns the number; null for what is no cursor, or one of another database */
export function parseCursor(text: string, epoch: string): number | null {
  const match = /^([0-9a-f]{8})-(\d{1,15})$/.exec(text);
  return match?.[1] === epoch ? Number(match[2]) : null;
}
