/**
 * What can be installed, and from where.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { ask, post } from "../api/client.ts";
import type { Offer } from "../api/types.ts";
import { canChange, isAdmin } from "../roles.ts";
import { linkTo } from "../router.ts";
import { texts } from "../texts.ts";
import { confirmed } from "../ui/dialog.tsx";
import { type Loaded, Show, useLoad } from "../ui/load.tsx";
import { notify } from "../ui/notices.tsx";
import {
  Badge,
  Button,
  Empty,
  Field,
  PageHead,
  Panel,
  Search,
} from "../ui/parts.tsx";
import { InstallDialog, type InstallSource } from "./install_dialog.tsx";

const t = texts.catalogue;

interface Catalogue {
  readonly items: readonly Offer[];
  readonly errors: readonly {
    readonly repository: string;
    readonly detail: string;
  }[];
}

interface Repository {
  readonly id: number;
  readonly name: string;
  readonly source: string;
  readonly type: string;
}

export function CataloguePage() {
  const [source, setSource] = useState<InstallSource>();
  const [wanted, setWanted] = useState("");
  const loaded = useLoad<Catalogue>("/catalogue");
  return (
    <>
      <PageHead title={t.title} lead={t.lead} />
      <div class="stack">
        <Show loaded={loaded}>
          {({ items, errors }) => (
            <>
              {errors.map(({ repository, detail }) => (
                <p key={repository} class="callout warn">
                  {t.unreachable(repository)} {detail}
                </p>
              ))}
              {items.length > 0 && (
                <div class="filters">
                  <Search
                    value={wanted}
                    onValue={setWanted}
                    label={t.search}
                  />
                </div>
              )}
              {items.length === 0 && errors.length === 0
                ? <Empty title={t.none} />
                : (
                  <div class="cards">
                    {items.filter((offer) => matches(offer, wanted)).map((
                      offer,
                    ) => (
                      <OfferCard
                        key={`${offer.repository.id}/${offer.name}`}
                        offer={offer}
                        onInstall={setSource}
                      />
                    ))}
                  </div>
                )}
            </>
          )}
        </Show>
        {canChange() && <FromAddress onInstall={setSource} />}
        <Repositories onChange={loaded.reload} />
      </div>
      {source && (
        <InstallDialog
          source={source}
          onClose={() => {
            setSource(undefined);
            loaded.reload();
          }}
        />
      )}
    </>
  );
}

function matches({ name, description, tags }: Offer, wanted: string): boolean {
  return [name, description ?? "", ...tags].some((text) =>
    text.toLowerCase().includes(wanted.toLowerCase())
  );
}

function OfferCard(
  { offer, onInstall }: {
    offer: Offer;
    onInstall: (source: InstallSource) => void;
  },
) {
  const { name, version, description, author, tags, repository } = offer;
  const { installed, manifest } = offer;
  return (
    <article class="panel offer">
      <div>
        <h2 class="title-row">
          {name}
          <small>{version}</small>
        </h2>
        <p class="muted">
          {author ? t.by(author, repository.name) : repository.name}
        </p>
      </div>
      <p>{description}</p>
      <footer>
        <span class="tags">
          {tags.slice(0, 3).map((tag) => <Badge key={tag}>{tag}</Badge>)}
        </span>
        {installed
          ? (
            <a href={linkTo(`/console/plugins/${installed.id}`)}>
              {t.installed(installed.version)}
            </a>
          )
          : canChange() && (
            <Button
              kind="primary"
              small
              label={t.installOf(name)}
              onPress={() => onInstall(sourceOf(manifest))}
            >
              {t.install}
            </Button>
          )}
      </footer>
    </article>
  );
}

/** The address of the manifest where the entry names one; else the entry. */
function sourceOf(manifest: Readonly<Record<string, unknown>>): InstallSource {
  const { plugin, manifest: url } = manifest;
  return plugin === undefined && typeof url === "string" && URL.canParse(url)
    ? { url }
    : { manifest };
}

function FromAddress(
  { onInstall }: { onInstall: (source: InstallSource) => void },
) {
  const [url, setUrl] = useState("");
  return (
    <Panel title={t.fromAddress}>
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          onInstall({ url });
        }}
      >
        <Field label={t.address}>
          {(props) => (
            <input
              {...props}
              type="url"
              required
              placeholder="https://example.com/plugin/manifest.json"
              value={url}
              onInput={(event) => setUrl(event.currentTarget.value)}
            />
          )}
        </Field>
        <Button type="submit" kind="primary">{t.look}</Button>
      </form>
    </Panel>
  );
}

function Repositories({ onChange }: { onChange: () => Promise<void> }) {
  const loaded = useLoad<{ items: readonly Repository[] }>("/repositories");
  return (
    <Panel title={t.repositories}>
      <Show loaded={loaded}>
        {({ items }) => (
          <ul class="rows">
            {items.map((repository) => (
              <li key={repository.id}>
                <div>
                  <strong>{repository.name}</strong>{" "}
                  <Badge>{repository.type}</Badge>
                  <br />
                  <code class="muted">{repository.source}</code>
                </div>
                {isAdmin() && (
                  <Button
                    small
                    label={t.removeOf(repository.name)}
                    onPress={() => remove(repository, loaded, onChange)}
                  >
                    {t.remove}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Show>
      {isAdmin() && <AddRepository {...{ loaded, onChange }} />}
    </Panel>
  );
}

async function remove(
  { id, name }: Repository,
  loaded: Loaded<unknown>,
  onChange: () => Promise<void>,
): Promise<void> {
  const agreed = await confirmed({
    title: t.removeOf(name),
    message: t.removeText,
    confirm: t.remove,
    danger: true,
  });
  if (!agreed) return;
  await ask(`/repositories/${id}`, { method: "DELETE" });
  await Promise.all([loaded.reload(), onChange()]);
}

function AddRepository(
  { loaded, onChange }: {
    loaded: Loaded<unknown>;
    onChange: () => Promise<void>;
  },
) {
  const [link, setLink] = useState("");
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  async function add(event: Event) {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      const { name } = await post<Repository>("/repositories", { link });
      notify(t.added(name));
      setLink("");
      await Promise.all([loaded.reload(), onChange()]);
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setBusy(false);
    }
  }
  return (
    <form class="inline-form after" onSubmit={add}>
      <Field label={t.addRepository} hint={t.addHint} error={problem}>
        {(props) => (
          <input
            {...props}
            type="url"
            required
            placeholder="https://example.com/repo.json"
            value={link}
            onInput={(event) => setLink(event.currentTarget.value)}
          />
        )}
      </Field>
      <Button type="submit" busy={isBusy}>{t.add}</Button>
    </form>
  );
}
