/**
 * Dialogs on the browser's own `<dialog>`, which keeps the focus inside and
 * gives it back.
 *
 * @module
 */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { signal } from "@preact/signals";
import { texts } from "../texts.ts";
import { Button } from "./parts.tsx";
import { Icon } from "./icon.tsx";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly footer?: ComponentChildren;
  readonly size?: string;
}

export function Dialog(props: DialogProps) {
  const { title, onClose, children, footer, size = "md" } = props;
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current!;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  return (
    <dialog
      ref={ref}
      class={`dialog ${size}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <div class="dialog-box">
        <header>
          <h2 id={id}>{title}</h2>
          <button
            type="button"
            class="button ghost small"
            aria-label={texts.close}
            onClick={onClose}
          >
            <Icon name="close" />
          </button>
        </header>
        <div class="dialog-body" tabIndex={0}>{children}</div>
        {footer && <footer>{footer}</footer>}
      </div>
    </dialog>
  );
}

interface Question {
  readonly title: string;
  readonly message: string;
  readonly confirm: string;
  readonly cancel?: string;
  readonly danger?: boolean;
}

const asked = signal<
  Question & { answer(yes: boolean): void } | undefined
>(undefined);

/** Asks; resolves to whether the person agrees. */
export function confirmed(question: Question): Promise<boolean> {
  asked.value?.answer(false);
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      answer(yes) {
        asked.value = undefined;
        resolve(yes);
      },
    };
  });
}

/** Where questions appear. */
export function Questions() {
  const question = asked.value;
  if (question === undefined) return null;
  const { title, message, confirm, cancel, danger, answer } = question;
  return (
    <Dialog
      title={title}
      size="sm"
      onClose={() => answer(false)}
      footer={
        <>
          <Button onPress={() => answer(false)}>
            {cancel ?? texts.cancel}
          </Button>
          <Button
            kind={danger ? "danger" : "primary"}
            onPress={() => answer(true)}
          >
            {confirm}
          </Button>
        </>
      }
    >
      <p>{message}</p>
    </Dialog>
  );
}
