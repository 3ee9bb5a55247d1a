/**
 * What an installation would store, before anything is stored.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import { post } from "../api/client.ts";
import { changes } from "../api/events.ts";
import type { Preview } from "../api/types.ts";
import { bytes } from "../format.ts";
import { isAdmin } from "../roles.ts";
import { go } from "../router.ts";
import { texts } from "../texts.ts";
import { Dialog } from "../ui/dialog.tsx";
import { notify } from "../ui/notices.tsx";
import { Badge, Button, Loading } from "../ui/parts.tsx";
import { PermissionList } from "./plugin_permissions.tsx";

const t = texts.install;

/** From where a plugin comes. */
export type InstallSource =
  | { readonly url: string }
  | { readonly manifest: Readonly<Record<string, unknown>> };

type Step =
  | { readonly name: "looking" }
  | { readonly name: "shown"; readonly preview: Preview }
  | { readonly name: "installing"; readonly preview: Preview }
  | { readonly name: "failed"; readonly detail: string };

export function InstallDialog(
  { source, onClose }: { source: InstallSource; onClose: () => void },
) {
  const [step, setStep] = useState<Step>({ name: "looking" });
  const [grants, setGrants] = useState(isAdmin());
  useEffect(() => {
    post<Preview>("/plugins/dry-run", source).then(
      (preview) => setStep({ name: "shown", preview }),
      (error) => setStep({ name: "failed", detail: error.message }),
    );
  }, [source]);
  async function install(preview: Preview) {
    setStep({ name: "installing", preview });
    try {
      await installed(source, preview, grants);
      onClose();
    } catch (error) {
      setStep({ name: "failed", detail: (error as Error).message });
    }
  }
  const preview = "preview" in step ? step.preview : undefined;
  return (
    <Dialog
      title={preview ? t.title(preview.name, preview.version) : t.looking}
      size="lg"
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{texts.cancel}</Button>
          {preview && (
            <Button
              kind="primary"
              disabled={preview.problems.length > 0}
              busy={step.name === "installing"}
              onPress={() => install(preview)}
            >
              {preview.installed ? t.replace : t.install}
            </Button>
          )}
        </>
      }
    >
      {step.name === "looking" && <Loading />}
      {step.name === "failed" && (
        <p class="callout bad" role="alert">{step.detail}</p>
      )}
      {preview && <PreviewFacts preview={preview} />}
      {preview && isAdmin() && Object.keys(preview.permissions).length > 0 && (
        <label class="check after">
          <input
            type="checkbox"
            checked={grants}
            onChange={(event) => setGrants(event.currentTarget.checked)}
          />
          {t.grant}
        </label>
      )}
      {step.name === "installing" && (
        <p class="callout after" role="status">{t.installing}</p>
      )}
    </Dialog>
  );
}

async function installed(
  source: InstallSource,
  { integrity, permissions }: Preview,
  grants: boolean,
): Promise<void> {
  const { id, message, warnings } = await post<
    { id: number; message: string; warnings: readonly string[] }
  >("/plugins", {
    ...source,
    ...(integrity ? { integrity } : {}),
    ...(grants && Object.keys(permissions).length > 0
      ? { grant: permissions }
      : {}),
  });
  notify(message);
  for (const warning of warnings) notify(warning, "warning");
  changes.value++;
  go(`/console/plugins/${id}`);
}

function PreviewFacts({ preview }: { preview: Preview }) {
  const { contributions, newPermissions, installed } = preview;
  return (
    <>
      {preview.problems.map(({ code, detail }) => (
        <p key={code} class="callout bad">{detail}</p>
      ))}
      {preview.warnings.map((text) => (
        <p key={text} class="callout warn after">{text}</p>
      ))}
      {installed && <p class="callout after">{t.replaces(installed.version)}
      </p>}
      {preview.description && <p class="after">{preview.description}</p>}
      <dl class="facts after">
        <dt>{t.publisher}</dt>
        <dd>{String(preview.author.name ?? "")}</dd>
        <dt>{t.from}</dt>
        <dd>{preview.repository}</dd>
        <dt>{t.signature}</dt>
        <dd>
          <Badge tone={preview.signature === "signed" ? "good" : "warn"}>
            {texts.signature(preview.signature)}
          </Badge>{" "}
          {preview.keyId && <code>{preview.keyId}</code>}
        </dd>
        <dt>{t.size}</dt>
        <dd>{bytes(preview.sizeBytes)}</dd>
        <dt>{t.integrity}</dt>
        <dd>
          <code>{preview.integrity}</code>
        </dd>
        {contributions && <Contributions contributions={contributions} />}
      </dl>
      <h3 class="after">{newPermissions ? t.newPermissions : t.permissions}</h3>
      <PermissionList permissions={newPermissions ?? preview.permissions} />
    </>
  );
}

function Contributions(
  { contributions }: {
    contributions: NonNullable<Preview["contributions"]>;
  },
) {
  const { routes, tables, hooks, schedules, pages } = contributions;
  const all: [string, readonly string[]][] = [
    [t.routes, routes],
    [t.tables, tables],
    [t.hooks, hooks],
    [t.schedules, schedules.map(({ name, every }) => `${name} (${every})`)],
    [t.pages, pages],
  ];
  return (
    <>
      {all.filter(([, names]) => names.length > 0).map(([title, names]) => (
        <>
          <dt>{title}</dt>
          <dd class="tags">
            {names.map((name) => <code key={name}>{name}</code>)}
          </dd>
        </>
      ))}
    </>
  );
}
