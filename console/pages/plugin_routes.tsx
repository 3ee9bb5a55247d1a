/**
 * A plugin's routes, to be tried from here.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { mount, sendAsUser } from "../api/client.ts";
import type { PluginDetail } from "../api/types.ts";
import { duration } from "../format.ts";
import { texts } from "../texts.ts";
import { PublicRoutes } from "./public_routes.tsx";
import { Badge, Button, Empty, Field, Panel } from "../ui/parts.tsx";

const t = texts.routes;
const MOST_SHOWN = 100_000;

interface Answer {
  readonly status: number;
  readonly ms: number;
  readonly text: string;
}

export function RoutesPanel({ plugin }: { plugin: PluginDetail }) {
  if (plugin.routes.length === 0) {
    return (
      <Panel title={t.title}>
        <Empty title={t.none} />
      </Panel>
    );
  }
  return (
    <div class="stack">
      <Panel title={t.title}>
        <TryRoute plugin={plugin} />
      </Panel>
      <PublicRoutes id={plugin.id} />
    </div>
  );
}

function TryRoute({ plugin }: { plugin: PluginDetail }) {
  const [route, setRoute] = useState(plugin.routes[0]!);
  const [method, setMethod] = useState("GET");
  const [path, setPath] = useState(plugin.routes[0]!);
  const [body, setBody] = useState("");
  const [answer, setAnswer] = useState<Answer>();
  const hasBody = method !== "GET";
  async function send() {
    const begun = performance.now();
    const response = await sendAsUser(
      `/plugins/${encodeURIComponent(plugin.name)}/routes${path}`,
      method,
      hasBody && body !== "" ? body : undefined,
    );
    const text = await response.text();
    const ms = performance.now() - begun;
    setAnswer({ status: response.status, ms, text: pretty(text) });
  }
  return (
    <div class="route-try">
      <div class="inline-form">
        <Field label={t.route}>
          {(props) => (
            <select
              {...props}
              value={route}
              onChange={(event) => {
                setRoute(event.currentTarget.value);
                setPath(event.currentTarget.value);
              }}
            >
              {plugin.routes.map((one) => <option key={one}>{one}</option>)}
            </select>
          )}
        </Field>
        <Field label={t.method}>
          {(props) => (
            <select
              {...props}
              value={method}
              onChange={(event) => setMethod(event.currentTarget.value)}
            >
              {["GET", "POST", "PUT", "PATCH", "DELETE"].map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Field
        label={t.path}
        hint={`${location.origin}${mount}/plugins/${plugin.name}/routes${path}`}
      >
        {(props) => (
          <input
            {...props}
            type="text"
            class="mono"
            value={path}
            onInput={(event) => setPath(event.currentTarget.value)}
          />
        )}
      </Field>
      {hasBody && (
        <Field label={t.body}>
          {(props) => (
            <textarea
              {...props}
              class="mono"
              rows={4}
              value={body}
              onInput={(event) => setBody(event.currentTarget.value)}
            />
          )}
        </Field>
      )}
      <div>
        <Button kind="primary" onPress={send}>{t.send}</Button>
      </div>
      <div aria-live="polite">
        {answer && (
          <>
            <p class="title-row">
              <Badge tone={answer.status < 400 ? "good" : "bad"}>
                {t.status(answer.status)}
              </Badge>
              <small>{duration(answer.ms)}</small>
            </p>
            <pre tabIndex={0} class="after">{answer.text || t.empty}</pre>
          </>
        )}
      </div>
    </div>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2).slice(0, MOST_SHOWN);
  } catch {
    return text.slice(0, MOST_SHOWN);
  }
}
