/** A failure the reader can do something about: what went wrong, and what to do next. Shown without a stack. */
export class Problem extends Error {
  /**
   * @param {string} message one sentence: what went wrong
   * @param {string} [advice] what the reader can do about it; may have several lines
   */
  constructor(message, advice) {
    super(message);
    this.name = 'Problem';
    this.advice = advice;
  }
}

/**
 * The message of whatever was thrown.
 * @param {unknown} error
 */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));
