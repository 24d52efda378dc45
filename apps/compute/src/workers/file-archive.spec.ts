import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { archiveFiles } from './file-archive.js';

const tar = (args: string[], input: Buffer): string => execFileSync('tar', args, { input, encoding: 'utf8' });

it('is an archive that tar reads, whatever is in the files and however long their paths are', () => {
  const long = `/${'directory/'.repeat(20)}file`;
  const content = Buffer.from([0, 255, 10, 0]).toString('base64');
  const archive = archiveFiles([
    { kind: 'file', destination: '/etc/empty', content: '' },
    { kind: 'file', destination: long, content },
  ]);
  expect(tar(['-t'], archive).trim().split('\n')).toEqual(['etc/empty', long.slice(1)]);
  expect(execFileSync('tar', ['-xO', long.slice(1)], { input: archive })).toEqual(Buffer.from(content, 'base64'));
  expect(tar(['-tv', '--numeric-owner'], archive)).toMatch(/^-rw-r--r-- 0\/0 +0 /);
});
