/** What a recipe says of a SQL Server. */
import { z } from "zod";
import { addressOptions } from "../server/address.ts";
import { serverOptions } from "../server/options.ts";

export const options = z.strictObject({
  ...addressOptions,
  domain: z.string().min(1).optional().describe("The Windows domain of the login: it is then an NTLM login."),
  authentication: z
    .strictObject({
      type: z
        .enum([
          "azure-active-directory-default",
          "azure-active-directory-password",
          "azure-active-directory-access-token",
          "azure-active-directory-msi-vm",
          "azure-active-directory-msi-app-service",
          "azure-active-directory-service-principal-secret",
        ])
        .describe("How the driver gets its token from Entra ID."),
      clientId: z.string().optional().describe("The application's id."),
      tenantId: z.string().optional().describe("The directory's id."),
      clientSecret: z.string().optional().describe("The application's secret; best from the environment."),
      token: z.string().optional().describe("An access token that is at hand; best from the environment."),
    })
    .optional()
    .describe("An Entra login, as the driver (tedious) has it, with its client, tenant, secret or token."),
  tdsVersion: z
    .enum(["7.1", "7.2", "7.3", "7.4"])
    .default("7.4")
    .describe("The protocol's version; SQL Server 2000 speaks 7.1, and needs `ssl: disable`."),
  readUncommitted: z
    .boolean()
    .default(false)
    .describe(
      "Read without waiting for locks: rows may then be missing, doubled or never have been. Only for a server that nobody writes to.",
    ),
  ...serverOptions,
});

export type MssqlOptions = z.infer<typeof options>;
