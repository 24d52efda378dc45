import { useEffect, useState } from 'preact/hooks';

const STEP_MS = 15_000;

/** The time, as often as ages on a page need it; milliseconds since the epoch. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), STEP_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
