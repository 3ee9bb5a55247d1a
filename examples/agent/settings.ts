/**
 * What the agent can be told on its command line and by its environment.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { join } from "@std/path";

/** Where the agent listens, and where it keeps what it knows. */
export interface Settings {
  /** The port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** The database file. */
  readonly db: string;
  /** The socket of the Docker Engine. */
  readonly dockerSocket: string;
}

/** What the agent says when it is asked, or misunderstood. */
export const USAGE = `Usage: deno task start [options]

  --port NUMBER          listen on this port of 127.0.0.1 (or PORT; 3030)
  --db FILE              keep the database here (examples/agent/data/agent.db)
  --docker-socket FILE   listen to this Docker Engine (/var/run/docker.sock)
  --help                 print this

The task may write to examples/agent/data only. For another place run
deno run --allow-all examples/agent/main.ts --db FILE`;

/**
 * Reads the settings.
 *
 * @param args The command line.
 * @param env The variable PORT.
 * @returns The settings, or what is wrong with them.
 */
export function readSettings(
  args: readonly string[],
  env: { readonly PORT?: string | undefined },
): Settings | { readonly error: string } {
  const unknown: string[] = [];
  const given = parseArgs([...args], {
    string: ["port", "db", "docker-socket"],
    default: {
      port: env.PORT || "3030",
      db: "examples/agent/data/agent.db",
      "docker-socket": "/var/run/docker.sock",
    },
    unknown: (arg) => {
      unknown.push(arg);
      return false;
    },
  });
  if (unknown.length > 0) return { error: `unknown: ${unknown.join(" ")}` };
  const { port, db, "docker-socket": dockerSocket } = given;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    return { error: `the port is a number from 0 to 65535, not "${port}"` };
  }
  if (!db) return { error: "--db needs a file" };
  if (isFolder(db)) {
    return {
      error: `${db} is a folder; try --db ${join(db, "agent.db")}`,
    };
  }
  return { port: Number(port), db, dockerSocket };
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    // It is not there, or may not be looked at: the start tells.
    return false;
  }
}
