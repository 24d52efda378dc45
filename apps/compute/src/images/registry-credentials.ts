import type { RegistryCredentials } from '@zun/driver-api';
import type { ComputeOptions } from '../options.js';

/** The operator's password for its default registry; it goes there and nowhere else. */
export function operatorCredentials(
  { defaultRegistry }: Pick<ComputeOptions, 'defaultRegistry'>,
  registry: string | null,
): RegistryCredentials | undefined {
  if (registry === null || defaultRegistry?.domain !== registry) return undefined;
  return defaultRegistry.credentials ?? undefined;
}
