import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { followStats } from '../api/streams.js';
import type { Container } from '../api/types.js';
import { formatBytes, formatMib, formatNumber } from '../format/format.js';
import { ChartSeries, type Point } from '../state/chart-series.js';
import { LineChart } from '../ui/line-chart.js';
import { Empty, ErrorNote, Loading } from '../ui/notes.js';

const perSecond = (bytes: number): string => `${formatBytes(bytes)}/s`;
const percent = (share: number): string => `${formatNumber(share * 100)} %`;
const KIB = 1024;

/** What a container uses, as it uses it. */
export function Charts({ container }: { readonly container: Container }): JSX.Element {
  const { uuid, status } = container;
  const [points, setPoints] = useState<readonly Point[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [round, setRound] = useState(0);
  const isRunning = status === 'Running';
  useEffect(() => {
    if (!isRunning) return;
    const stop = new AbortController();
    const follow = async (): Promise<void> => {
      const series = new ChartSeries();
      setError(null);
      try {
        for await (const sample of followStats(uuid, { signal: stop.signal })) setPoints(series.add(sample));
      } catch (refusal) {
        if (!stop.signal.aborted) setError(refusal);
      }
    };
    void follow();
    return () => stop.abort();
  }, [uuid, isRunning, round]);

  if (error !== null) return <ErrorNote error={error} retry={() => setRound(round + 1)} />;
  if (!isRunning && points.length === 0) return <Empty title="It does not run">Charts begin when the container does.</Empty>;
  if (points.length === 0) return <Loading what="the first sample" />;
  const times = points.map(({ time }) => time);
  const limit = points.at(-1)!.memoryLimitMib;
  return (
    <>
      {!isRunning && <p class="note">It has ended; this was its last minute.</p>}
      <div class="grid">
        <LineChart
          title="CPU"
          times={times}
          lines={[{ name: 'of one core', tone: 'a', values: points.map(({ cores }) => cores) }]}
          format={percent}
          atLeast={0.1}
        />
        <LineChart
          title="Memory"
          times={times}
          lines={[{ name: `of ${formatMib(limit)}`, tone: 'a', values: points.map(({ memoryMib }) => memoryMib) }]}
          format={formatMib}
          atLeast={1}
        />
        <LineChart
          title="Network"
          times={times}
          lines={[
            { name: 'received', tone: 'a', values: points.map(({ received }) => received) },
            { name: 'sent', tone: 'b', values: points.map(({ sent }) => sent) },
          ]}
          format={perSecond}
          atLeast={KIB}
        />
      </div>
    </>
  );
}
