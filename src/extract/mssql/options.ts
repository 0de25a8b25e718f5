/** What a recipe says of a SQL Server. */
import { z } from "zod";
import { duration } from "../../recipe/quantities.ts";
import { addressOptions } from "../server/address.ts";
import { serverOptions } from "../server/options.ts";

const clientId = z.string().min(1).describe("The application's id.");
const tenantId = z.string().min(1).describe("The directory's id.");

function entra<Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.strictObject({ type: z.literal(type).describe("How the driver gets its token from Entra ID."), ...shape });
}

export const options = z.strictObject({
  ...addressOptions,
  connection: z
    .string()
    .min(1)
    .optional()
    .describe(
      "The server as a URL, `mssql://user:password@host:port/database` (`host/INSTANCE/database` for a named instance), or as a connection string, `Server=host\\INSTANCE;Database=…;User ID=…;Password={…}`, in which `Encrypt=False` equals `ssl: disable`; best from the environment (`${env:REPORTING_URL}`). The fields below say what it leaves out.",
    ),
  instance: z
    .string()
    .min(1)
    .optional()
    .describe("The instance's name; the SQL Server Browser (UDP 1434) is asked for its port unless `port` is said."),
  domain: z.string().min(1).optional().describe("The Windows domain of the login: it is then an NTLM login."),
  authentication: z
    .discriminatedUnion("type", [
      entra("azure-active-directory-default", { clientId: clientId.optional() }),
      entra("azure-active-directory-password", { clientId, tenantId: tenantId.optional() }),
      entra("azure-active-directory-access-token", {
        token: z.string().min(1).describe("An access token that is at hand; best from the environment."),
      }),
      entra("azure-active-directory-msi-vm", { clientId: clientId.optional() }),
      entra("azure-active-directory-msi-app-service", { clientId: clientId.optional() }),
      entra("azure-active-directory-service-principal-secret", {
        clientId,
        tenantId,
        clientSecret: z.string().min(1).describe("The application's secret; best from the environment."),
      }),
    ])
    .optional()
    .describe("An Entra login, as the driver (tedious) has it, with its client, tenant, secret or token."),
  tdsVersion: z
    .enum(["7.1", "7.2", "7.3", "7.4"])
    .default("7.4")
    .describe("The protocol's version; SQL Server 2000 speaks 7.1, and needs `ssl: disable`."),
  statementTimeout: duration
    .default("1h")
    .describe(
      "How long the server may say nothing while it owes an answer or the next row; the connection is then given up and made anew; default 1h.",
    ),
  readUncommitted: z
    .boolean()
    .default(false)
    .describe(
      "Read without waiting for locks: rows may then be missing, doubled or never have been. Only for a server that nobody writes to.",
    ),
  ...serverOptions,
});

export type MssqlOptions = z.infer<typeof options>;
