import { build } from './load.js';
import { Sources } from './sources.js';
import type { Config } from './table.js';

type Overrides = {
  readonly [S in keyof Config]?: { readonly [O in keyof Config[S]]?: string | number | boolean | readonly string[] };
};

/**
 * A configuration for a test: defaults, with these texts in place of some, read as they would be from a file.
 * @throws ConfigError as a file with them would
 */
export function makeConfig(overrides: Overrides = {}): Config {
  const env: Record<string, string> = { OS_DEFAULT__HOST: 'test-host', OS_DEFAULT__MY_IP: '127.0.0.1' };
  for (const [section, options] of Object.entries(overrides)) {
    for (const [name, value] of Object.entries(options)) env[`OS_${section}__${name}`.toUpperCase()] = String(value);
  }
  const sources = new Sources();
  sources.addEnvironment(env);
  return build(sources, process.cwd()).config;
}
