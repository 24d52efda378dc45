import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { Inject, Injectable } from '@nestjs/common';
import { API_OPTIONS, type ApiOptions } from '../options.js';

/** A file of the console, ready to be sent. */
export interface ConsoleFile {
  readonly type: string;
  /** Names below `assets/` carry a hash of what is in them: they never change. */
  readonly isImmutable: boolean;
  readonly etag: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
}

/** Beside the bundle of the service: `dist/apps/console`. */
const FOLDER = fileURLToPath(new URL('../console/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The console as it was built, held in memory. Empty when it was not built or an operator turned it off. */
@Injectable()
export class ConsoleFiles {
  private readonly files: ReadonlyMap<string, ConsoleFile>;

  constructor(@Inject(API_OPTIONS) { enableConsole }: Pick<ApiOptions, 'enableConsole'>) {
    this.files = enableConsole ? readFiles(FOLDER) : new Map();
  }

  /** @param path below `/console/` */
  find(path: string): ConsoleFile | undefined {
    return this.files.get(path);
  }
}

/** @returns by path below the folder; nothing unless there is a console in it */
export function readFiles(folder: string): ReadonlyMap<string, ConsoleFile> {
  if (!existsSync(join(folder, 'index.html'))) return new Map();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length));
  return new Map(paths.flatMap((path) => fileOf(folder, path)));
}

function fileOf(folder: string, path: string): [string, ConsoleFile][] {
  const type = TYPES[extname(path)];
  if (type === undefined) return [];
  const plain = readFileSync(join(folder, path));
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return [[path, { type, isImmutable: path.startsWith('assets/'), etag, plain, gzipped: gzipSync(plain) }]];
}
