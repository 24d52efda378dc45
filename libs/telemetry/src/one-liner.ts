import { Writable } from 'node:stream';
import pino from 'pino';

/** Fields of every line that a reader at a terminal needs not see. */
const HIDDEN = new Set(['level', 'time', 'pid', 'hostname', 'service', 'msg', 'err', 'stack']);

/** @returns one JSON line of pino as `12:00:00.000 INFO  api: message field=value`, an error's stack below it */
export function toOneLiner(json: string): string {
  const line = JSON.parse(json) as Record<string, unknown> & { time: string; level: number; msg?: string };
  const fields = Object.entries(line).filter(([name]) => !HIDDEN.has(name));
  const tail = fields.map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join('');
  const level = (pino.levels.labels[line.level] ?? String(line.level)).toUpperCase().padEnd(5);
  return `${line.time.slice(11, 23)} ${level} ${text(line['service'])}: ${line.msg ?? ''}${tail}${errorText(line['err'])}\n`;
}

/** A stream that takes pino's lines and writes them for people. */
export function oneLinerStream(out: NodeJS.WritableStream): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      out.write(toOneLiner(String(chunk)), done);
    },
  });
}

function errorText(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { stack, message } = error as { stack?: unknown; message?: unknown };
  return `\n    ${text(stack ?? message).replaceAll('\n', '\n    ')}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
