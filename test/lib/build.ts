import { build } from '../../tools/lib/build.mjs';

let built: Promise<void> | undefined;

/** The services as they are now, built; quick when they are. */
export function ensureBuilt(): Promise<void> {
  built ??= build(() => undefined);
  return built;
}
