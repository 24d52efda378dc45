import { readFileSync } from 'node:fs';

/** Names of types, `a|b` where items of a list differ; a list is of one item that stands for all. */
export type Shape = string | readonly Shape[] | { readonly [key: string]: Shape };

/** One request to Zun 18.0.0 and what it answered: facts of the wire, without ids, times and wording. */
export interface Recorded {
  readonly id: string;
  readonly user: 'demo' | 'admin' | 'other' | 'none' | 'bad';
  readonly method: string;
  /** `{running}`, `{created}`, `{stopped}`, `{paused}` are containers of demo's; `{missing}` is a uuid of nothing. */
  readonly path: string;
  /** The header `OpenStack-API-Version`. */
  readonly version?: string;
  readonly body?: unknown;
  /** 0: the connection was closed without an answer. */
  readonly status: number;
  readonly type?: string;
  /** The header `OpenStack-API-Version` of the answer. */
  readonly effective?: string;
  /** Of Zun's error envelope. */
  readonly code?: string;
  readonly shape?: Shape;
  /** Values that follow from the request. */
  readonly echo?: Readonly<Record<string, unknown>>;
}

/** In the order in which they were sent. */
export function readRecorded(): Recorded[] {
  const text = readFileSync(new URL('recorded.jsonl', import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded);
}
