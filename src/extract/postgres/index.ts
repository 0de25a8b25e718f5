/** PostgreSQL: a replica, a warehouse, a test system that still holds rows of the lost tables. */
import { z } from "zod";
import { addressOptions, locateAddress, readAddress } from "../server/address.ts";
import { defineServerKind } from "../server/kind.ts";
import { serverOptions } from "../server/options.ts";
import { form } from "./form.ts";

const id = "postgres";

const summary =
  "Reads tables, views and queries of a PostgreSQL server (10 and newer) in one repeatable-read snapshot, several ranges of a table at a time where asked.";

const options = z.strictObject({ ...addressOptions, ...serverOptions });

const example = `warehouse:
  extractor: postgres
  connection: \${env:WAREHOUSE_URL} # postgres://reader:…@warehouse.example/shop
  asOf: 2026-03-13T23:00:00-06:00
  tables:
    dbo.Customers:
      from: dw.dim_customer
      columns: { CustomerID: cust_key, Email: email_addr }
`;

export default defineServerKind({
  id,
  summary,
  options,
  example,
  sharesSnapshots: true,
  locate: (given) => locateAddress(readAddress(given, form)),
  // The driver is loaded where it is needed: it takes longer to load than most commands take to run.
  connect: async (given, surroundings) => (await import("./connect.ts")).connect(given, surroundings),
});
