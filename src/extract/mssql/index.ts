/** SQL Server 2000 to 2022 and Azure SQL: a reporting copy, a replica, the old backup restored beside. */
import { defineServerKind } from "../server/kind.ts";
import { locate } from "./address.ts";
import { options } from "./options.ts";

const id = "mssql";

const summary =
  "Reads tables, views and queries of SQL Server (2000 to 2022) and Azure SQL, each connection in one snapshot where the database allows it.";

const example = `reporting:
  extractor: mssql
  connection: \${env:REPORTING_URL} # mssql://reader:…@db.example/Shop
  asOf: 2026-03-13T23:00:00-06:00
  tables:
    dbo.Customers:
      from: dw.dimCustomer
      columns: { CustomerID: cust_key, Email: email_addr }
      modifiedAt: last_change
`;

export default defineServerKind({
  id,
  summary,
  options,
  example,
  sharesSnapshots: false,
  locate,
  // The driver is loaded where it is needed: it takes longer to load than most commands take to run.
  connect: async (given, surroundings) => (await import("./connect.ts")).connect(given, surroundings),
});
