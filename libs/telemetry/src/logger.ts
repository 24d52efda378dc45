/** Facts that go with a log line. An error goes in `err`. Passwords and tokens in the usual places are hidden. */
export type LogFields = Readonly<Record<string, unknown>>;

interface LogMethod {
  (message: string): void;
  (fields: LogFields, message: string): void;
}

/** What a program says of itself, for operators. */
export interface Logger {
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  readonly fatal: LogMethod;
  /** @returns a logger that adds these fields to every line */
  child(fields: LogFields): Logger;
}
