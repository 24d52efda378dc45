import type { JSX } from 'preact';

export interface MeterProps {
  readonly label: string;
  readonly used: number;
  /** Negative: there is none. */
  readonly limit: number;
  readonly format: (value: number) => string;
}

/** How much of something is used. */
export function Meter({ label, used, limit, format }: MeterProps): JSX.Element {
  const isLimited = limit >= 0;
  const share = !isLimited ? 0 : limit === 0 ? 1 : Math.min(1, used / limit);
  const tone = share >= 0.95 ? 'bad' : share >= 0.8 ? 'warn' : 'good';
  return (
    <div class="meter">
      <div class="meter-text">
        <span>{label}</span>
        <span class="number">
          {format(used)} {isLimited ? `of ${format(limit)}` : '· no limit'}
        </span>
      </div>
      <div class="bar" aria-hidden="true">
        <div class={tone} style={{ width: `${Math.round(share * 100)}%` }} />
      </div>
    </div>
  );
}
