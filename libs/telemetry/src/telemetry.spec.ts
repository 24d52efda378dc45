import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLogger } from './create-logger.js';
import { logFileOf } from './log-file.js';
import type { Logger } from './logger.js';
import { NestLogger } from './nest-logger.js';
import { toOneLiner } from './one-liner.js';

function recorded(say: (logger: Logger) => void, debug = false): Record<string, unknown>[] {
  const lines: string[] = [];
  say(createLogger({ service: 'zun-api', debug, destination: { write: (line: string) => void lines.push(line) } }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('createLogger', () => {
  it('writes a JSON line with service, UTC time, fields and those of its parents', () => {
    const [line] = recorded((logger) => logger.child({ host: 'h1' }).info({ uuid: 'u' }, 'started'));
    expect(line).toMatchObject({ service: 'zun-api', host: 'h1', uuid: 'u', msg: 'started', level: 30 });
    expect(line?.['time']).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it('tells debug lines only when asked', () => {
    expect(recorded((logger) => logger.debug('x'))).toEqual([]);
    expect(recorded((logger) => logger.debug('x'), true)).toHaveLength(1);
  });

  it.each([
    ['at the top', { password: 'hush' }],
    ['in headers', { headers: { 'x-auth-token': 'hush', 'X-Subject-Token': 'hush' } }],
    ['two levels down', { body: { user: { password: 'hush', token: 'hush' } } }],
  ])('hides secrets %s', (_, fields) => {
    const text = JSON.stringify(recorded((logger) => logger.info(fields, 'request')));
    expect(text).toContain('****');
    expect(text).not.toContain('hush');
  });

  it('hides secrets of a child logger', () => {
    expect(recorded((logger) => logger.child({ token: 'hush' }).info('x'))[0]).toMatchObject({ token: '****' });
  });

  it('tells an error with its stack', () => {
    const [line] = recorded((logger) => logger.error({ err: new Error('broken') }, 'failed'));
    expect(line).toMatchObject({ err: { message: 'broken', stack: expect.stringContaining('telemetry.spec') as string } });
  });

  it('makes the folder of its file and appends', () => {
    const folder = mkdtempSync(join(tmpdir(), 'zun-log-'));
    const file = join(folder, 'deep', 'zun.log');
    createLogger({ service: 'a', file }).info('one');
    createLogger({ service: 'a', file }).info('two');
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2);
    rmSync(folder, { recursive: true });
  });
});

describe('toOneLiner', () => {
  it('is for people', () => {
    const line = { level: 40, time: '2026-01-02T03:04:05.678Z', service: 'zun-api', pid: 1, msg: 'slow', ms: 12, uuid: 'u' };
    expect(toOneLiner(JSON.stringify(line))).toBe('03:04:05.678 WARN  zun-api: slow ms=12 uuid=u\n');
    expect(toOneLiner(JSON.stringify({ ...line, err: { stack: 'Error: x\n  at y' } }))).toMatch(/\n {4}Error: x\n/);
  });
});

describe('NestLogger', () => {
  it("keeps the context, and an error's stack", () => {
    const lines = recorded((logger) => {
      new NestLogger(logger).warn('late', 'Router');
      new NestLogger(logger).error(new Error('broken'), 'the stack', 'Handler');
    });
    expect(lines[0]).toMatchObject({ level: 40, msg: 'late', context: 'Router' });
    expect(lines[1]).toMatchObject({ level: 50, msg: 'broken', context: 'Handler', stack: 'the stack' });
  });

  it('keeps start-up chatter for debugging', () => {
    expect(recorded((logger) => new NestLogger(logger).log('Mapped {/v1, GET} route', 'Router'))).toEqual([]);
  });
});

describe('logFileOf', () => {
  it.each([
    [null, null, null],
    ['/l/a.log', null, '/l/a.log'],
    ['a.log', '/l', '/l/a.log'],
    [null, '/l', '/l/zun-api.log'],
  ])('file %s, folder %s: %s', (log_file, log_dir, expected) =>
    expect(logFileOf({ log_file, log_dir }, 'zun-api')).toBe(expected),
  );
});
