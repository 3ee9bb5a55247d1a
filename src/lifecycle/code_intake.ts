/**
 * Reads and imports the code of the plugins that are asked for. What is asked
 * for at the same time is read a page at a time, so that thousands of sources
 * are not in memory at once, and imported together, since importing one by one
 * is quadratic.
 *
 * @module
 */
import {
  type ImportedPlugin,
  type PluginLoader,
  type PluginSource,
  type PreparedSource,
  prepareSource,
} from "../loader/mod.ts";
import type { PluginRepository, StoredPluginCode } from "../store/mod.ts";
import type { LoadQueue } from "../async/load_limit.ts";
import { verifyRowLater } from "./verify_row.ts";

/** How many plugins are read and imported together. */
const PAGE = 500;
/**
 * How many plugins may be under way when the next page is read: enough that
 * those which hang hold up nobody, and few enough to be started side by side.
 */
const MAX_UNDER_WAY = 500;
/** The same for what imports from outside, which waits for each other. */
const PAGE_APART = 25;

/** One plugin on its way in. */
export interface CodeTicket extends LoadQueue {
  /** The row, once it has been read and found fit to be loaded. */
  readonly row: Promise<StoredPluginCode>;
  /** The row's code, imported. */
  readonly imported: Promise<ImportedPlugin>;
  /**
   * Nobody waits for it any more, and nobody asks it for the row or its code.
   *
   * @param reason What the row rejects with, where it has not been read.
   */
  leave(reason?: unknown): void;
}

/** What an intake works with. */
export interface CodeIntakeParts {
  /** Where the rows are. */
  readonly repository: Pick<PluginRepository, "getMany">;
  /** What imports code. */
  readonly loader: PluginLoader;
}

/** Reads and imports code. */
export class CodeIntake {
  readonly #parts: CodeIntakeParts;
  #asked: Ticket[] = [];
  /** What imports from outside: Deno lets everything else wait for it. */
  #apart: Ticket[] = [];
  #running = false;
  /** How many plugins have had their turn. */
  #turns = 0;
  #underWay = 0;
  #underWayApart = 0;
  #onLeft: (() => void) | undefined;

  constructor(parts: CodeIntakeParts) {
    this.#parts = parts;
  }

  /**
   * Asks for a plugin's code.
   *
   * @returns The plugin on its way; whoever took it has to leave in the end.
   */
  take(id: number): CodeTicket {
    const ticket = new Ticket(id, {
      turns: () => this.#turns,
      onLeave: (ticket) => this.#left(ticket),
    });
    this.#asked.push(ticket);
    this.#onLeft?.();
    if (!this.#running) {
      this.#running = true;
      queueMicrotask(() => this.#run());
    }
    return ticket;
  }

  async #run(): Promise<void> {
    while (this.#asked.length > 0 || this.#apart.length > 0) {
      const page = this.#asked.length > 0
        ? this.#asked.splice(0, PAGE)
        : this.#apart.splice(0, PAGE_APART);
      const wanted = page.filter(({ hasLeft }) => !hasLeft);
      await Promise.all(this.#import(await this.#read(wanted)));
      await this.#fewUnderWay();
    }
    this.#running = false;
  }

  /** Gives what to wait for before the next page. */
  #import(page: readonly ReadPlugin[]): Promise<void>[] {
    const ready = page.filter(({ ticket }) => !ticket.hasLeft);
    const imported = this.#parts.loader.load(
      ready.map(({ source }) => source),
      (place) => {
        this.#turns++;
        ready[place]!.ticket.itsTurn();
      },
    );
    return ready.map(({ ticket, row }, place) => {
      this.#arrive(ticket, row, imported[place]!);
      return ticket.turnOrLeft;
    });
  }

  #arrive(
    ticket: Ticket,
    row: StoredPluginCode,
    imported: Promise<ImportedPlugin>,
  ): void {
    if (ticket.isApart) this.#underWayApart++;
    else this.#underWay++;
    ticket.arrive(row, imported);
  }

  async #read(page: readonly Ticket[]): Promise<ReadPlugin[]> {
    try {
      const rows = new Map(
        this.#parts.repository.getMany(page.map(({ id }) => id))
          .map((row) => [row.id, row]),
      );
      const read = page.map((ticket) => this.#prepare(ticket, rows));
      return (await Promise.all(read)).filter((it) => it !== undefined);
    } catch (error) {
      for (const ticket of page) ticket.leave(error);
      return [];
    }
  }

  async #prepare(
    ticket: Ticket,
    rows: ReadonlyMap<number, StoredPluginCode>,
  ): Promise<ReadPlugin | undefined> {
    try {
      const row = await verifyRowLater(ticket.id, rows.get(ticket.id));
      const source = await this.#source(ticket, row);
      if (source === undefined) return;
      if (!source.reachesOut || ticket.isApart || rows.size === 1) {
        return { ticket, row, source };
      }
      ticket.isApart = true;
      this.#apart.push(ticket);
    } catch (error) {
      ticket.leave(error);
    }
  }

  /** What cannot be prepared fails as what cannot be imported does. */
  async #source(
    ticket: Ticket,
    row: StoredPluginCode,
  ): Promise<PreparedSource | undefined> {
    try {
      return await prepareSource(sourceOf(row));
    } catch (error) {
      if (!ticket.hasLeft) this.#arrive(ticket, row, Promise.reject(error));
    }
  }

  #left({ isApart }: Ticket): void {
    if (isApart) this.#underWayApart--;
    else this.#underWay--;
    this.#onLeft?.();
  }

  async #fewUnderWay(): Promise<void> {
    while (
      this.#underWay > MAX_UNDER_WAY ||
      // What is asked for meanwhile need not wait for what comes last.
      (this.#asked.length === 0 && this.#underWayApart > PAGE_APART)
    ) await new Promise<void>((resolve) => this.#onLeft = resolve);
  }
}

/** A plugin that has been read. */
interface ReadPlugin {
  readonly ticket: Ticket;
  readonly row: StoredPluginCode;
  readonly source: PreparedSource;
}

/** What a ticket tells to, and asks of, its intake. */
interface TicketOffice {
  readonly turns: () => number;
  readonly onLeave: (ticket: Ticket) => void;
}

/** What a ticket promises until it is left. */
interface Promised {
  readonly row: PromiseWithResolvers<StoredPluginCode>;
  readonly imported: PromiseWithResolvers<ImportedPlugin>;
}

class Ticket implements CodeTicket {
  readonly id: number;
  /** Whether it is imported after what needs nothing from outside. */
  isApart = false;
  readonly #office: TicketOffice;
  /** A plugin keeps its ticket; the source text must not stay with it. */
  #promised: Promised | undefined;
  readonly #turnOrLeft = Promise.withResolvers<void>();
  #arrived = false;
  #hadTurn = false;
  #reason: unknown;

  constructor(id: number, office: TicketOffice) {
    this.id = id;
    this.#office = office;
    const row = Promise.withResolvers<StoredPluginCode>();
    const imported = Promise.withResolvers<ImportedPlugin>();
    row.promise.catch(() => {});
    imported.promise.catch(() => {});
    this.#promised = { row, imported };
  }

  get row(): Promise<StoredPluginCode> {
    return this.#promised?.row.promise ?? Promise.reject(this.#reason);
  }

  get imported(): Promise<ImportedPlugin> {
    return this.#promised?.imported.promise ?? Promise.reject(this.#reason);
  }

  get turnOrLeft(): Promise<void> {
    return this.#turnOrLeft.promise;
  }

  get hasLeft(): boolean {
    return this.#promised === undefined;
  }

  waiting(): number | undefined {
    return this.#hadTurn ? undefined : this.#office.turns();
  }

  arrive(row: StoredPluginCode, imported: Promise<ImportedPlugin>): void {
    this.#arrived = true;
    this.#promised?.row.resolve(row);
    this.#promised?.imported.resolve(imported);
  }

  itsTurn(): void {
    this.#hadTurn = true;
    this.#turnOrLeft.resolve();
  }

  leave(reason?: unknown): void {
    if (this.#promised === undefined) return;
    const { row, imported } = this.#promised;
    this.#promised = undefined;
    this.#reason = reason;
    this.#turnOrLeft.resolve();
    if (this.#arrived) this.#office.onLeave(this);
    row.reject(reason);
    imported.reject(reason);
  }
}

/** A row as the loader takes it. */
export function sourceOf(row: StoredPluginCode): PluginSource {
  const { id, name, version, language, plugin, sourceMap } = row;
  return { id, name, version, language, code: plugin, sourceMap };
}
