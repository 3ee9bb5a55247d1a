/**
 * Figures in the text format of Prometheus (exposition format 0.0.4).
 *
 * @module
 */

/** One figure. */
export interface Sample {
  /** What tells it from others of its metric. */
  readonly labels: Readonly<Record<string, string>>;
  /** The figure. */
  readonly value: number;
}

/** Figures of one kind. */
export interface Metric {
  /** Its name, such as `dockstat_plugin_calls_total`. */
  readonly name: string;
  /** What it counts. */
  readonly help: string;
  /** How it behaves. */
  readonly type: "counter" | "gauge";
  /** The figures. */
  readonly samples: readonly Sample[];
}

/** The media type of the format. */
export const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Writes metrics down. */
export function prometheusText(metrics: readonly Metric[]): string {
  return metrics.map(({ name, help, type, samples }) =>
    `# HELP ${name} ${
      help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")
    }\n` +
    `# TYPE ${name} ${type}\n` +
    samples.map((sample) => `${name}${labelsOf(sample)} ${sample.value}\n`)
      .join("")
  ).join("");
}

function labelsOf({ labels }: Sample): string {
  const pairs = Object.entries(labels).map(([name, value]) =>
    `${name}="${escaped(value)}"`
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')
    .replaceAll("\n", "\\n");
}
