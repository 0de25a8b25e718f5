import { UserError } from "../../errors.ts";
import { serveReview } from "../../review/server.ts";
import { defineCommand, optionalRecipeArgument } from "../command.ts";
import { exitCodes } from "../failure.ts";

/** Throws UserError for what is no port. */
function parsePort(text: string | string[] | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = typeof text === "string" && /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65_535) return port;
  throw new UserError({
    what: "--port takes one number from 1 to 65535",
    remedy: "Leave it out for a free one, or write --port 8080",
  });
}

export default defineCommand({
  usage: "review [recipe]",
  describe: "Decide in a browser what is contested or withheld",
  build: (yargs) =>
    optionalRecipeArgument(yargs)
      .option("port", {
        type: "string",
        requiresArg: true,
        coerce: parsePort,
        describe: "Where it is served, on this machine alone; default: a free one",
      })
      .example("salvage review", "Prints an address to open in a browser on this machine"),
  async run(given, session) {
    const incident = await session.open(given, { offline: true });
    const { services } = session;
    const review = await session.pipeline.openReview(incident, services);
    const onFault = (error: unknown): void =>
      services.reporter.warn(error instanceof Error ? (error.stack ?? error.message) : String(error));
    try {
      const served = await serveReview(review, { port: given.port, signal: services.signal, onFault });
      session.respond({ url: served.url }, ({ url }) => invitation(url));
      await served.ended;
    } finally {
      review.close();
    }
    return exitCodes.clean;
  },
});

function invitation(url: string): string {
  return [
    `Open ${url}`,
    "Whoever has this address may decide; it is answered on this machine alone, as long as this command runs.",
    "Ctrl-C ends it. What is decided is added to decisions.yaml at once; `salvage run` then applies it.",
  ].join("\n");
}
