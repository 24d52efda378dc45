import { useCallback, useEffect, useState } from 'preact/hooks';

export interface Loaded<T> {
  /** Undefined: not known yet. */
  readonly value: T | undefined;
  readonly error: unknown;
  readonly reload: () => void;
}

/** Reads something, again whenever `key` changes; what was there stays until the new is. */
export function useLoad<T>(load: () => Promise<T>, key: string): Loaded<T> {
  const [state, setState] = useState<{ key: string; value?: T; error: unknown }>({ key, error: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    load().then(
      (value) => isCurrent && setState({ key, value, error: null }),
      (error: unknown) => isCurrent && setState((before) => ({ ...before, error })),
    );
    return () => void (isCurrent = false);
    // `load` is new at each rendering; what it depends on is in the key.
  }, [key, round]);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  return { value: state.key === key ? state.value : undefined, error: state.error, reload };
}
