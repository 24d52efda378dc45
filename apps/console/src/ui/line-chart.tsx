import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

export interface Line {
  readonly name: string;
  readonly tone: 'a' | 'b';
  /** Null: not known at that time. */
  readonly values: readonly (number | null)[];
}

export interface LineChartProps {
  readonly title: string;
  /** Milliseconds since the epoch, one for each value. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
  /** The least that the axis reaches to. */
  readonly atLeast: number;
}

const [WIDTH, HEIGHT] = [600, 160];
const SPAN_MS = 60_000;
const ROOM = 1.15;

/** A chart of the last minutes, with the newest numbers in words. */
export function LineChart({ title, times, lines, format, atLeast }: LineChartProps): JSX.Element {
  const heading = useId();
  const top = Math.max(atLeast, ...lines.flatMap(({ values }) => values.map((value) => (value ?? 0) * ROOM)));
  const end = times.at(-1) ?? 0;
  const span = Math.max(SPAN_MS, end - (times[0] ?? end));
  const pointsOf = (values: Line['values']): string[] =>
    values.flatMap((value, at) =>
      value === null
        ? []
        : [`${(WIDTH * (1 - (end - times[at]!) / span)).toFixed(1)},${(HEIGHT * (1 - value / top)).toFixed(1)}`],
    );
  return (
    <figure class="card chart" aria-labelledby={heading}>
      <figcaption>
        <h2 id={heading}>{title}</h2>
        <p class="legend">
          {lines.map(({ name, tone, values }) => (
            <span key={name} class={`line-${tone}`}>
              <span class="dot" aria-hidden="true" /> <strong class="number">{latest(values, format)}</strong> {name}
            </span>
          ))}
        </p>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {[0.25, 0.5, 0.75].map((share) => (
          <line key={share} class="rule" x1={0} x2={WIDTH} y1={HEIGHT * share} y2={HEIGHT * share} />
        ))}
        {lines.map(({ name, tone, values }) => (
          <Curve key={name} tone={tone} points={pointsOf(values)} />
        ))}
      </svg>
      <p class="axis small muted">
        <span>{formatSpan(span)} ago</span>
        <span>top of the chart: {format(top)}</span>
        <span>now</span>
      </p>
    </figure>
  );
}

function Curve({ tone, points }: { readonly tone: Line['tone']; readonly points: readonly string[] }): JSX.Element | null {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return null;
  const line = `M${points.join('L')}`;
  const xOf = (point: string): string => point.split(',')[0]!;
  return (
    <>
      <path class={`area line-${tone}`} d={`${line}L${xOf(last)},${HEIGHT}L${xOf(first)},${HEIGHT}Z`} />
      <path class={`line-${tone}`} d={line} />
    </>
  );
}

function latest(values: Line['values'], format: LineChartProps['format']): string {
  const value = values.at(-1);
  return value === null || value === undefined ? '–' : format(value);
}

const formatSpan = (ms: number): string => (ms < 90_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`);
