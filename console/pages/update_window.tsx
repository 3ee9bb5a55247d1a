/**
 * When a plugin may be updated by itself.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { ask } from "../api/client.ts";
import type { Update, UpdateWindow } from "../api/types.ts";
import { texts } from "../texts.ts";
import { Dialog } from "../ui/dialog.tsx";
import { notify } from "../ui/notices.tsx";
import { Button, Field } from "../ui/parts.tsx";

const t = texts.updates;

const NIGHT: UpdateWindow = { from: "02:00", to: "05:00" };
const ALL_DAYS: readonly number[] = [0, 1, 2, 3, 4, 5, 6];

/** Says when, and lets who may change it. */
export function WindowButton(
  { update, disabled, reload }: {
    update: Update;
    disabled: boolean;
    reload: () => Promise<void>;
  },
) {
  const [isOpen, setOpen] = useState(false);
  const { window } = update.policy;
  return (
    <>
      <Button
        small
        kind="ghost"
        disabled={disabled}
        label={t.windowOf(update.name)}
        onPress={() => setOpen(true)}
      >
        {window ? t.between(window.from, window.to) : t.anyTime}
      </Button>
      {isOpen && (
        <WindowDialog
          update={update}
          onClose={async () => {
            setOpen(false);
            await reload();
          }}
        />
      )}
    </>
  );
}

function WindowDialog(
  { update: { pluginId, name, policy }, onClose }: {
    update: Update;
    onClose: () => Promise<void>;
  },
) {
  const [window, setWindow] = useState(policy.window ?? NIGHT);
  const { days = ALL_DAYS, timeZone = "" } = window;
  async function save(next: UpdateWindow | undefined) {
    await ask(`/plugins/${pluginId}/update-policy`, {
      method: "PUT",
      body: { policy: policy.policy, window: next },
    });
    notify(t.windowSaved);
    await onClose();
  }
  return (
    <Dialog
      title={t.windowOf(name)}
      onClose={onClose}
      footer={
        <>
          <Button onPress={() => save(undefined)}>{t.noWindow}</Button>
          <Button
            kind="primary"
            disabled={days.length === 0}
            onPress={() => save(sent(window))}
          >
            {t.saveWindow}
          </Button>
        </>
      }
    >
      <div class="stack">
        <p class="lead">{t.windowLead}</p>
        {(["from", "to"] as const).map((end) => (
          <Field key={end} label={end === "from" ? t.from : t.until}>
            {(props) => (
              <input
                {...props}
                type="time"
                required
                value={window[end]}
                onInput={({ currentTarget: { value } }) =>
                  value && setWindow({ ...window, [end]: value })}
              />
            )}
          </Field>
        ))}
        <Field label={t.timeZone} hint={t.timeZoneHint}>
          {(props) => (
            <input
              {...props}
              value={timeZone}
              placeholder="UTC"
              onInput={({ currentTarget: { value } }) =>
                setWindow({ ...window, timeZone: value })}
            />
          )}
        </Field>
        <fieldset>
          <legend>{t.days}</legend>
          {t.dayNames.map((day, index) => (
            <label class="check" key={day}>
              <input
                type="checkbox"
                checked={days.includes(index)}
                onChange={({ currentTarget: { checked } }) =>
                  setWindow({ ...window, days: withDay(days, index, checked) })}
              />
              {day}
            </label>
          ))}
        </fieldset>
      </div>
    </Dialog>
  );
}

function withDay(
  days: readonly number[],
  day: number,
  isChosen: boolean,
): number[] {
  const others = days.filter((it) => it !== day);
  return isChosen ? [...others, day].sort() : others;
}

/** What holds anyway is left out. */
function sent({ from, to, days = ALL_DAYS, timeZone }: UpdateWindow) {
  return {
    ...{ from, to },
    ...(days.length === ALL_DAYS.length ? {} : { days }),
    ...(timeZone?.trim() ? { timeZone: timeZone.trim() } : {}),
  };
}
