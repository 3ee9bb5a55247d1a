/**
 * Sparklines as SVG, which lists of hundreds can afford, and one real chart.
 *
 * @module
 */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { texts } from "../texts.ts";
import { theme } from "../theme.ts";
import { Empty } from "./parts.tsx";

const WIDTH = 120;
const HEIGHT = 28;

/** The shape of a series. */
export function Sparkline(
  { values, label }: { values: readonly number[]; label: string },
) {
  const most = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length - 1);
  const points = values.map((value, at) =>
    `${(at * step).toFixed(1)},${
      (HEIGHT - 2 - value / most * (HEIGHT - 4)).toFixed(1)
    }`
  ).join(" ");
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {values.length > 1 && (
        <>
          <polygon points={`0,${HEIGHT} ${points} ${WIDTH},${HEIGHT}`} />
          <polyline points={points} />
        </>
      )}
    </svg>
  );
}

/** A colour of the theme as a canvas takes it. */
function colourOf(box: HTMLElement, name: string): string {
  box.style.color = `var(${name})`;
  const { color } = getComputedStyle(box);
  box.style.color = "";
  return color;
}

/** Requests of the last hour. */
export function RequestChart({ values }: { values: readonly number[] }) {
  const ref = useRef<HTMLDivElement>(null);
  const total = values.reduce((sum, value) => sum + value, 0);
  useEffect(() => {
    const box = ref.current;
    if (box === null) return;
    const ink = colourOf(box, "--muted");
    const line = colourOf(box, "--accent");
    const grid = { stroke: colourOf(box, "--line"), width: 1 };
    const now = Math.floor(Date.now() / 60_000) * 60;
    const times = values.map((_, at) => now - (values.length - 1 - at) * 60);
    const chart = new uPlot(
      {
        width: box.clientWidth,
        height: 170,
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: (_, __, most) => [0, Math.max(5, most * 1.1)] } },
        axes: [
          { stroke: ink, grid: { show: false }, ticks: grid },
          { stroke: ink, grid, ticks: { show: false }, size: 44 },
        ],
        series: [{}, {
          stroke: line,
          width: 2,
          fill: colourOf(box, "--accent-soft"),
          points: { show: false },
        }],
      },
      [times, [...values]],
      box,
    );
    const observer = new ResizeObserver(() =>
      chart.setSize({ width: box.clientWidth, height: 170 })
    );
    observer.observe(box);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [values.join(), theme.value]);
  if (values.length < 2) return <Empty title={texts.noRequests} />;
  return (
    <div
      class="chart"
      ref={ref}
      role="img"
      aria-label={texts.requestsChart(total)}
    />
  );
}
