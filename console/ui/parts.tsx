/**
 * The small parts that pages are made of.
 *
 * @module
 */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { texts } from "../texts.ts";
import type { PluginState } from "../api/types.ts";
import { notifyFailure } from "./notices.tsx";

type ButtonKind = "primary" | "secondary" | "ghost" | "danger";

interface ButtonProps {
  readonly children: ComponentChildren;
  /** What a click does; the button is busy until it is done. */
  readonly onPress?: () => unknown;
  readonly kind?: ButtonKind;
  readonly type?: "button" | "submit";
  readonly disabled?: boolean;
  readonly small?: boolean;
  readonly label?: string;
  readonly busy?: boolean;
}

/** A button that shows that it works, and says what failed. */
export function Button(props: ButtonProps) {
  const { children, onPress, kind = "secondary", type = "button" } = props;
  const [working, setWorking] = useState(false);
  const isBusy = working || props.busy === true;
  async function press() {
    if (isBusy || onPress === undefined) return;
    setWorking(true);
    try {
      await onPress();
    } catch (error) {
      notifyFailure(error);
    } finally {
      setWorking(false);
    }
  }
  return (
    <button
      type={type}
      class={`button ${kind} ${props.small ? "small" : ""}`}
      disabled={props.disabled}
      aria-busy={isBusy}
      aria-label={props.label}
      onClick={onPress && press}
    >
      {isBusy && <span class="spinner" aria-hidden="true" />}
      {children}
    </button>
  );
}

/** The heading of a page, with what can be done on it. */
export function PageHead(
  { title, lead, children }: {
    title: ComponentChildren;
    lead?: ComponentChildren;
    children?: ComponentChildren;
  },
) {
  return (
    <header class="page-head">
      <div>
        <h1>{title}</h1>
        {lead && <p class="lead">{lead}</p>}
      </div>
      {children && <div class="actions">{children}</div>}
    </header>
  );
}

/** A titled part of a page. */
export function Panel(
  { title, children, actions }: {
    title?: string;
    children: ComponentChildren;
    actions?: ComponentChildren;
  },
) {
  const id = useId();
  return (
    <section class="panel" aria-labelledby={title && id}>
      {title && (
        <div class="panel-head">
          <h2 id={id}>{title}</h2>
          {actions}
        </div>
      )}
      {children}
    </section>
  );
}

export function StateBadge({ state }: { state: PluginState }) {
  return (
    <span class={`badge state-${state}`}>
      <span class="dot" aria-hidden="true" />
      {texts.states[state]}
    </span>
  );
}

export function Badge(
  { children, tone = "neutral" }: {
    children: ComponentChildren;
    tone?: "neutral" | "accent" | "good" | "bad" | "warn";
  },
) {
  return <span class={`badge tone-${tone}`}>{children}</span>;
}

/** Says that there is nothing, and what to do about it. */
export function Empty(
  { title, children }: { title: string; children?: ComponentChildren },
) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly error?: string;
  readonly children: (
    props: { id: string; "aria-describedby": string | undefined },
  ) => ComponentChildren;
}

/** A labelled control. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const described = hint || error ? `${id}-hint` : undefined;
  return (
    <div class={`field ${error ? "invalid" : ""}`}>
      <label for={id}>{label}</label>
      {children({ id, "aria-describedby": described })}
      {described && <p id={described} class="hint">{error ?? hint}</p>}
    </div>
  );
}

/** A box to search in. */
export function Search(
  { value, onValue, label }: {
    value: string;
    onValue: (value: string) => void;
    label: string;
  },
) {
  return (
    <input
      type="search"
      class="search"
      value={value}
      placeholder={label}
      aria-label={label}
      onInput={(event) => onValue(event.currentTarget.value)}
    />
  );
}

/** Grey lines where something is about to be. */
export function Loading() {
  return (
    <div class="loading" role="status">
      <span class="visually-hidden">{texts.loading}</span>
      <span class="bone" />
      <span class="bone" />
      <span class="bone" />
    </div>
  );
}
