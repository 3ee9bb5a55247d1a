/**
 * Updating everything that can be, with what became of each.
 *
 * @module
 */
import { post } from "../api/client.ts";
import { changes } from "../api/events.ts";
import { texts } from "../texts.ts";
import { confirmed } from "../ui/dialog.tsx";
import { notify } from "../ui/notices.tsx";

interface Outcome {
  readonly id: number;
  readonly ok: boolean;
  readonly message: string;
}

/** Asks, updates, and says what failed. */
export async function updateAll(count: number): Promise<void> {
  const agreed = await confirmed({
    title: texts.updates.all(count),
    message: texts.updates.allQuestion,
    confirm: texts.updates.all(count),
  });
  if (!agreed) return;
  const { results } = await post<{ results: readonly Outcome[] }>("/updates");
  for (const { ok, message } of results) if (!ok) notify(message, "error");
  const done = results.filter(({ ok }) => ok).length;
  notify(
    texts.updates.done(done),
    done === results.length ? "success" : "info",
  );
  changes.value++;
}
