/** How large a terminal is, in characters. */
export interface TerminalSize {
  readonly height: number;
  readonly width: number;
}

/** How a stream into a container ended, seen from its host. */
export interface StreamEnd {
  /** Of the command, or of the container's own process; null: it still runs, or nobody knows. */
  readonly exitCode: number | null;
  /** A sentence for whoever watches. */
  readonly reason: string;
}
