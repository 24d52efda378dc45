/** One value that breaks a rule. */
export interface ConfigMistake {
  /** Section, or the file for text that is not INI. */
  readonly where: string;
  readonly problem: string;
}

/** The configuration cannot be used. The message lists every mistake, a line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly mistakes: readonly ConfigMistake[]) {
    const lines = mistakes.map(({ where, problem }) => `  ${where} ${problem}`);
    super(`the configuration has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${lines.join('\n')}`);
  }
}
