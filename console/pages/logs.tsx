/**
 * The log, as it is written.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { ask } from "../api/client.ts";
import { onEvent } from "../api/events.ts";
import type { LogLine, PluginSummary } from "../api/types.ts";
import { clock, moment } from "../format.ts";
import { texts } from "../texts.ts";
import { useLoad } from "../ui/load.tsx";
import { Button, PageHead, Search } from "../ui/parts.tsx";

const t = texts.logs;
const MOST = 500;
const LEVELS = ["trace", "debug", "info", "warning", "error", "fatal"];

export function LogsPage() {
  const [plugin, setPlugin] = useState("");
  const { data } = useLoad<{ items: readonly PluginSummary[] }>("/plugins");
  return (
    <>
      <PageHead title={t.title} lead={t.lead} />
      <LogView plugin={plugin || undefined}>
        <select
          aria-label={t.plugin}
          value={plugin}
          onChange={(event) => setPlugin(event.currentTarget.value)}
        >
          <option value="">{t.allPlugins}</option>
          {data?.items.map(({ name }) => <option key={name}>{name}</option>)}
        </select>
      </LogView>
    </>
  );
}

interface LogViewProps {
  readonly plugin: string | undefined;
  readonly children?: preact.ComponentChildren;
}

export function LogView({ plugin, children }: LogViewProps) {
  const [level, setLevel] = useState("debug");
  const [wanted, setWanted] = useState("");
  const [isPaused, setPaused] = useState(false);
  const lines = useLines(plugin, isPaused);
  const shown = lines.filter((line) =>
    LEVELS.indexOf(line.level) >= LEVELS.indexOf(level) &&
    line.message.toLowerCase().includes(wanted.toLowerCase())
  );
  return (
    <>
      <div class="filters">
        <Search value={wanted} onValue={setWanted} label={t.search} />
        {children}
        <select
          aria-label={t.level}
          value={level}
          onChange={(event) => setLevel(event.currentTarget.value)}
        >
          {LEVELS.map((one) => (
            <option key={one} value={one}>{t.from(one)}</option>
          ))}
        </select>
        <Button onPress={() => setPaused(!isPaused)}>
          {isPaused ? t.resume : t.pause}
        </Button>
      </div>
      <Lines lines={shown} />
    </>
  );
}

/** The latest lines, and what is written from now on. */
function useLines(plugin: string | undefined, isPaused: boolean) {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  useEffect(() => {
    if (isPaused) return;
    let waiting: LogLine[] = [];
    let frame = 0;
    // A flood of lines is drawn once a frame.
    const draw = () => {
      frame = 0;
      const fresh = waiting;
      waiting = [];
      setLines((before) => merged(before, fresh));
    };
    const add = (line: LogLine) => {
      if (plugin !== undefined && line.plugin !== plugin) return;
      waiting.push(line);
      if (waiting.length > MOST) waiting.shift();
      frame ||= requestAnimationFrame(draw);
    };
    const stop = onEvent("log", (data) => add(data as unknown as LogLine));
    const query = plugin ? `&plugin=${encodeURIComponent(plugin)}` : "";
    setLines([]);
    ask<{ items: readonly LogLine[] }>(`/logs?limit=300${query}`)
      .then(({ items }) => setLines((before) => merged(before, items)))
      .catch(() => {});
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [plugin, isPaused]);
  return lines;
}

function merged(
  before: readonly LogLine[],
  fresh: readonly LogLine[],
): readonly LogLine[] {
  const byId = new Map([...before, ...fresh].map((line) => [line.id, line]));
  return [...byId.values()].sort((a, b) => a.id - b.id).slice(-MOST);
}

function Lines({ lines }: { lines: readonly LogLine[] }) {
  const ref = useRef<HTMLUListElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    const box = ref.current;
    if (box && follows.current) box.scrollTop = box.scrollHeight;
  }, [lines]);
  if (lines.length === 0) {
    return <p class="log log-empty" role="status">{t.none}</p>;
  }
  return (
    <ul
      class="log"
      ref={ref}
      tabIndex={0}
      aria-label={t.title}
      onScroll={({ currentTarget: box }) => {
        follows.current =
          box.scrollHeight - box.scrollTop - box.clientHeight < 30;
      }}
    >
      {lines.map((line) => (
        <li key={line.id}>
          <time dateTime={line.at} title={moment(line.at)}>
            {clock(line.at)}
          </time>
          <span class={`level ${line.level}`}>{line.level}</span>
          <span class="from">{line.plugin ?? line.category.at(-1)}</span>
          <span class="text">{line.message}</span>
        </li>
      ))}
    </ul>
  );
}
