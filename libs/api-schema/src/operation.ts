import type { Microversion } from '@zun/domain';
import type { FieldRule, JsonSchema, RequestFields } from './field.js';

/** One endpoint of the API, and everything that is true of it before any code runs. */
export interface Operation {
  /** Unique; the `operationId` of the OpenAPI document. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `:ident` for a uuid or name. */
  readonly path: string;
  /** Below it (or above `until`) the method does not exist: 406. */
  readonly since?: Microversion;
  readonly until?: Microversion;
  /** The policy rule; null: open to every valid token. */
  readonly policy: string | null;
  /**
   * Whose project the rule is about: the caller's own or the one that `:project` in the path names (checked before the handler), or
   * that of the container, registry or image (checked by the handler once it is found: whoever may not even see it gets 404). Default `caller`.
   */
  readonly target?: 'caller' | 'project' | 'container' | 'registry' | 'image';
  /**
   * Parameters in the query string, or (as Zun merges both) in a JSON body.
   * `query`: only the query is checked; `merged`: query and body together; `known`: the same, but what the table does not have is let
   * through; `unchecked`: everything is let through.
   */
  readonly params?: {
    readonly fields: RequestFields;
    readonly check: 'query' | 'merged' | 'known' | 'unchecked';
    readonly rules?: readonly FieldRule[];
  };
  /** A JSON body that is checked on its own; the operation then demands `application/json`. */
  readonly body?: { readonly fields: RequestFields; readonly rules?: readonly FieldRule[] };
  /** A JSON object in the body that may be larger than memory: the handler reads it as it comes. */
  readonly upload?: { readonly fields: RequestFields };
  readonly success: {
    readonly status: number;
    readonly schema: JsonSchema | null;
    readonly description: string;
    /** Where the answer has the uuid of what was made, as a JSON pointer; default `/uuid`. */
    readonly uuidAt?: string;
  };
  /** Statuses of failure of its own, and what each means. */
  readonly failures?: Readonly<Record<number, string>>;
  /** What may be answered beside JSON, or (without a schema of success) instead: something that goes on. */
  readonly stream?: { readonly type: string; readonly description: string };
  readonly summary: string;
  readonly tag: string;
}
