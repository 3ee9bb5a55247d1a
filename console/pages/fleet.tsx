/**
 * The fleet: its rollouts, what the rings should have, and what the agents do.
 *
 * @module
 */
import { post } from "../api/client.ts";
import type {
  Fleet,
  FleetAgent,
  FleetRollout,
  FleetScope,
} from "../api/types.ts";
import { ago, moment } from "../format.ts";
import { canChange } from "../roles.ts";
import { texts } from "../texts.ts";
import { confirmed } from "../ui/dialog.tsx";
import { type Loaded, Show, useLoad } from "../ui/load.tsx";
import { notify } from "../ui/notices.tsx";
import { Badge, Button, Empty, PageHead, Panel } from "../ui/parts.tsx";

const t = texts.fleet;

/** A rollout moves within seconds. */
const EVERY_MS = 2_000;

const TONES = {
  running: "accent",
  paused: "warn",
  halted: "bad",
  done: "good",
} as const;

const OUTCOMES = { applied: "good", held: "warn", failed: "bad" } as const;

export function FleetPage() {
  const loaded = useLoad<Fleet>("/fleet", EVERY_MS);
  return (
    <>
      <PageHead
        title={t.title}
        lead={loaded.data && t.lead(loaded.data.fleet)}
      />
      <Show loaded={loaded}>
        {({ rollouts, scopes, agents }) => (
          <>
            <Panel title={t.rollouts}>
              {rollouts.length === 0
                ? <Empty title={t.noRollouts} />
                : (
                  <ul class="rows">
                    {rollouts.map((rollout) => (
                      <Rollout key={rollout.rollout} {...{ rollout, loaded }} />
                    ))}
                  </ul>
                )}
            </Panel>
            <Scopes scopes={scopes} agents={agents} />
            <Agents agents={agents} />
          </>
        )}
      </Show>
    </>
  );
}

function Rollout(
  { rollout, loaded }: { rollout: FleetRollout; loaded: Loaded<Fleet> },
) {
  const { state, release, since, reason, rings } = rollout;
  return (
    <li>
      <div>
        <strong>{rollout.rollout}</strong>{" "}
        <Badge tone={TONES[state]}>{t.states[state]}</Badge>
        <p class="muted">
          {t.release(release)} · <span title={moment(since)}>{ago(since)}</span>
        </p>
        {reason && <p class="bad-text">{reason}</p>}
        <ul class="plain" aria-label={t.progressOf(rollout.rollout)}>
          {rings.map(({ ring, agents, done, failed }, index) => (
            <li key={ring}>
              {t.progress(ring, done, agents)}
              {state === "running" && index === rollout.ring &&
                ` · ${t.share(rollout.shares[rollout.share] ?? 1)}`}
              {failed > 0 && (
                <span class="bad-text">{` · ${t.failed(failed)}`}</span>
              )}
            </li>
          ))}
        </ul>
      </div>
      {canChange() && <Acts {...{ rollout, loaded }} />}
    </li>
  );
}

type Act = keyof typeof t.acts;

/** What goes with where a rollout is. */
const POSSIBLE: Readonly<Record<FleetRollout["state"], readonly Act[]>> = {
  running: ["pause", "promote", "halt"],
  paused: ["resume", "promote", "halt"],
  halted: [],
  done: [],
};

function Acts(
  { rollout: { rollout, state }, loaded }: {
    rollout: FleetRollout;
    loaded: Loaded<Fleet>;
  },
) {
  async function act(name: Act): Promise<void> {
    const question = t.questions[name];
    const agreed = question === undefined || await confirmed({
      title: t.ask(t.acts[name], rollout),
      message: question,
      confirm: t.acts[name],
      danger: name === "halt",
    });
    if (!agreed) return;
    await post(`/fleet/rollouts/${encodeURIComponent(rollout)}/${name}`);
    notify(t.acted[name](rollout));
    await loaded.reload();
  }
  if (POSSIBLE[state].length === 0) return null;
  return (
    <div class="actions">
      {POSSIBLE[state].map((name) => (
        <Button
          key={name}
          small
          kind={name === "halt" ? "danger" : "secondary"}
          label={t.ask(t.acts[name], rollout)}
          onPress={() => act(name)}
        >
          {t.acts[name]}
        </Button>
      ))}
    </div>
  );
}

function Scopes(
  { scopes, agents }: {
    scopes: readonly FleetScope[];
    agents: readonly FleetAgent[];
  },
) {
  return (
    <Panel title={t.scopes}>
      {scopes.length === 0
        ? <Empty title={t.noScopes} />
        : (
          <table class="plain stack-small">
            <thead>
              <tr>
                <th scope="col">{t.scope}</th>
                <th scope="col">{t.releaseHead}</th>
                <th scope="col">{t.generation}</th>
                <th scope="col">{t.rollout}</th>
                <th scope="col">{t.reached}</th>
              </tr>
            </thead>
            <tbody>
              {scopes.map((scope) => (
                <ScopeRow key={scope.scope} {...{ scope, agents }} />
              ))}
            </tbody>
          </table>
        )}
    </Panel>
  );
}

function ScopeRow(
  { scope: { scope, trusted, release, gen, rollout, share }, agents }: {
    scope: FleetScope;
    agents: readonly FleetAgent[];
  },
) {
  if (!trusted) {
    return (
      <tr>
        <td>{scope}</td>
        <td colSpan={4}>
          <Badge tone="bad">{t.untrusted}</Badge>
        </td>
      </tr>
    );
  }
  const ours = agents.filter(({ ring }) => scope === `ring:${ring}`);
  const reached = ours.filter((agent) => agent.gen === gen).length;
  return (
    <tr>
      <td>{scope}</td>
      <td>
        {release ?? t.nothing}
        {share !== undefined && share < 1 && ` (${t.share(share)})`}
      </td>
      <td>{t.gen(gen ?? 0)}</td>
      <td>{rollout}</td>
      <td>{ours.length > 0 && t.of(reached, ours.length)}</td>
    </tr>
  );
}

function Agents({ agents }: { agents: readonly FleetAgent[] }) {
  return (
    <Panel title={t.agents}>
      {agents.length === 0 ? <Empty title={t.noAgents} /> : (
        <ul class="rows">
          {agents.map((agent) => <Agent key={agent.agent} agent={agent} />)}
        </ul>
      )}
    </Panel>
  );
}

function Agent(
  { agent: { agent, ring, seen, gen, stale, plugins, refused } }: {
    agent: FleetAgent;
  },
) {
  return (
    <li>
      <div>
        <strong>{agent}</strong> <small>{`ring:${ring}`}</small>{" "}
        {stale && <Badge tone="warn">{t.stale}</Badge>}
        <p class="muted">
          {t.gen(gen)} · <span title={moment(seen)}>{t.seen(ago(seen))}</span>
        </p>
        {plugins.length > 0 && (
          <ul class="plain" aria-label={t.pluginsOf(agent)}>
            {plugins.map(({ plugin, wanted, running, outcome, message }) => (
              <li key={plugin}>
                {plugin} {running ?? t.notInstalled}
                {wanted !== running && ` ${t.wanted(wanted ?? t.nothing)}`}{" "}
                <Badge tone={OUTCOMES[outcome]}>{t.outcomes[outcome]}</Badge>
                {message && <p class="bad-text">{message}</p>}
              </li>
            ))}
          </ul>
        )}
        {refused.map((reason) => (
          <p key={reason} class="bad-text">{t.refused(reason)}</p>
        ))}
      </div>
    </li>
  );
}
