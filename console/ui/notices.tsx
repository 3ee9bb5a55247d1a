/**
 * Short messages that come and go, read out by screen readers.
 *
 * @module
 */
import { signal } from "@preact/signals";
import { texts } from "../texts.ts";
import { Icon } from "./icon.tsx";

export type NoticeKind = "success" | "error" | "info" | "warning";

interface Notice {
  readonly id: number;
  readonly kind: NoticeKind;
  readonly text: string;
}

const MOST = 5;
const notices = signal<readonly Notice[]>([]);
let count = 0;

/** Shows a message; errors stay until they are closed. */
export function notify(text: string, kind: NoticeKind = "success"): void {
  const notice = { id: ++count, kind, text };
  notices.value = [...notices.value, notice].slice(-MOST);
  if (kind !== "error") setTimeout(() => close(notice.id), 6_000);
}

/** Says what failed. */
export function notifyFailure(error: unknown): void {
  notify(error instanceof Error ? error.message : String(error), "error");
}

function close(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

export function Notices() {
  return (
    <div class="notices" role="region" aria-label={texts.notices}>
      <div aria-live="polite">
        {notices.value.map(({ id, kind, text }) => (
          <div key={id} class={`notice ${kind}`}>
            <Icon
              name={kind === "error" || kind === "warning"
                ? "warning"
                : "check"}
            />
            <p>{text}</p>
            <button
              type="button"
              class="button ghost small"
              aria-label={texts.close}
              onClick={() => close(id)}
            >
              <Icon name="close" />
            </button>
          </div>
        ))}
      </div>
    </div>
  );
}
