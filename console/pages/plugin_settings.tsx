/**
 * What an operator can set of a plugin.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { type ApiError, ask } from "../api/client.ts";
import { changes } from "../api/events.ts";
import type { SettingField } from "../api/types.ts";
import { canChange } from "../roles.ts";
import { texts } from "../texts.ts";
import { Show, useLoad } from "../ui/load.tsx";
import { notify } from "../ui/notices.tsx";
import { Button, Empty, Field, Panel } from "../ui/parts.tsx";

const t = texts.settings;

interface Settings {
  readonly form: readonly SettingField[];
  readonly values: Readonly<Record<string, unknown>>;
}

export function SettingsPanel({ id }: { id: number }) {
  const loaded = useLoad<Settings>(`/plugins/${id}/settings`);
  return (
    <Panel title={t.title}>
      <Show loaded={loaded}>
        {(settings) =>
          settings.form.length === 0 ? <Empty title={t.none} /> : (
            <SettingsForm
              key={JSON.stringify(settings)}
              id={id}
              settings={settings}
              reload={loaded.reload}
            />
          )}
      </Show>
    </Panel>
  );
}

function SettingsForm(
  { id, settings, reload }: {
    id: number;
    settings: Settings;
    reload: () => Promise<void>;
  },
) {
  const [draft, setDraft] = useState<Record<string, unknown>>({});
  const [problem, setProblem] = useState<ApiError>();
  const [isBusy, setBusy] = useState(false);
  async function save(event: Event) {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await ask(`/plugins/${id}/settings`, {
        method: "PUT",
        body: { values: draft },
      });
      notify(t.saved);
      setDraft({});
      await reload();
      changes.value++;
    } catch (error) {
      setProblem(error as ApiError);
    } finally {
      setBusy(false);
    }
  }
  return (
    <form class="form" onSubmit={save}>
      {settings.form.map((field) => (
        <SettingInput
          key={field.name}
          field={field}
          error={problem?.fields?.[field.name]}
          value={Object.hasOwn(draft, field.name)
            ? draft[field.name]
            : settings.values[field.name]}
          onValue={(value) => setDraft({ ...draft, [field.name]: value })}
        />
      ))}
      {problem && <p class="callout bad" role="alert">{problem.message}</p>}
      {canChange() && (
        <div>
          <Button kind="primary" type="submit" busy={isBusy}>{t.save}</Button>
        </div>
      )}
    </form>
  );
}

interface InputProps {
  readonly field: SettingField;
  readonly value: unknown;
  readonly error: string | undefined;
  readonly onValue: (value: unknown) => void;
}

function SettingInput({ field, value, error, onValue }: InputProps) {
  const { type, label, name, description, required } = field;
  const title = `${label || name}${required ? " *" : ""}`;
  if (type === "boolean") {
    return (
      <div class="field">
        <label class="check">
          <input
            type="checkbox"
            checked={value === true}
            onChange={(event) => onValue(event.currentTarget.checked)}
          />
          {title}
        </label>
        {description && <p class="hint">{description}</p>}
      </div>
    );
  }
  return (
    <Field label={title} hint={hintOf(field)} error={error}>
      {(props) => <Control {...{ props, field, value, onValue }} />}
    </Field>
  );
}

function hintOf({ type, description, isSet }: SettingField) {
  const secret = type === "secret"
    ? (isSet ? t.secretSet : t.secretNotSet)
    : "";
  return [description, secret].filter(Boolean).join(" ") || undefined;
}

function Control(
  { props, field, value, onValue }: Omit<InputProps, "error"> & {
    props: { id: string };
  },
) {
  const { type, options = [], required } = field;
  if (type === "enum") {
    return (
      <select
        {...props}
        value={String(value ?? "")}
        onChange={({ currentTarget }) =>
          onValue(options.find((it) => String(it) === currentTarget.value))}
      >
        {value === undefined && <option value="">{t.choose}</option>}
        {options.map((option) => (
          <option key={String(option)} value={String(option)}>
            {String(option)}
          </option>
        ))}
      </select>
    );
  }
  if (type === "json") {
    return (
      <textarea
        {...props}
        class="mono"
        rows={4}
        defaultValue={JSON.stringify(value, null, 2)}
        onChange={({ currentTarget }) => {
          try {
            onValue(JSON.parse(currentTarget.value));
            currentTarget.setCustomValidity("");
          } catch (error) {
            currentTarget.setCustomValidity((error as Error).message);
            currentTarget.reportValidity();
          }
        }}
      />
    );
  }
  const isSecret = type === "secret";
  return (
    <input
      {...props}
      type={isSecret ? "password" : type === "number" ? "number" : "text"}
      step="any"
      autocomplete="off"
      required={required && !isSecret}
      placeholder={isSecret && field.isSet ? t.secretKept : ""}
      value={isSecret && typeof value !== "string" ? "" : String(value ?? "")}
      onInput={({ currentTarget }) =>
        onValue(
          type === "number"
            ? currentTarget.value === "" ? null : currentTarget.valueAsNumber
            : currentTarget.value,
        )}
    />
  );
}
