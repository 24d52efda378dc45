import { expect, it } from 'vitest';
import { ChartSeries } from './chart-series.js';

const sample = (second: number, traffic: string) => ({
  time: `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`,
  'CPU TIME(ns)': second * 250_000_000,
  'MEM USAGE(MiB)': 10,
  'MEM LIMIT(MiB)': 64,
  'NET I/O(B)': traffic,
});

it('shows cores and traffic by the second, from the second sample on', () => {
  const series = new ChartSeries();
  expect(series.add(sample(0, '1000/500')).at(-1)).toMatchObject({ cores: null, memoryMib: 10, received: null, sent: null });
  expect(series.add(sample(2, '3000/500')).at(-1)).toMatchObject({ cores: 0.25, received: 1000, sent: 0 });
});

it('begins anew with the counters of a container that was restarted', () => {
  const series = new ChartSeries();
  series.add(sample(0, '9000/9000'));
  expect(series.add(sample(1, '100/0')).at(-1)).toMatchObject({ received: 100, sent: 0 });
});

it('keeps five minutes', () => {
  const series = new ChartSeries();
  for (let second = 0; second < 310; second += 1)
    series.add({ ...sample(0, '0/0'), time: new Date(second * 1000).toISOString() });
  const points = series.add({ ...sample(0, '0/0'), time: new Date(310_000).toISOString() });
  expect(points).toHaveLength(300);
  expect(points.at(-1)?.time).toBe(310_000);
});
