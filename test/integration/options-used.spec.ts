import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderSample } from '@zun/config';
import { expect, it } from 'vitest';
import { root } from '../../tools/lib/paths.mjs';

/** Options that other options are made of (`$my_ip`), and those that only have one possible value. */
const INDIRECT = ['my_ip', 'state_path', 'auth_type'];

function sources(): string {
  const files = execFileSync('git', ['ls-files', 'apps', 'libs'], { cwd: root, encoding: 'utf8' }).split('\n');
  const code = files.filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.startsWith('libs/config/src/options/'),
  );
  return code.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
}

it('has no option that does nothing: each one in the sample file is read somewhere', () => {
  const text = sources();
  const names = [...renderSample().matchAll(/^#?\s?([a-z_]+) =/gm)].map(([, name]) => name!);
  expect(names.length).toBeGreaterThan(50);
  const unused = names.filter((name) => !INDIRECT.includes(name) && !new RegExp(`\\b${name}\\b`).test(text));
  expect(unused).toEqual([]);
});
