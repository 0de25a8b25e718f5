/** MySQL and MariaDB: a replica, a shop's web database, a test system that still holds rows of the lost tables. */
import { z } from "zod";
import { addressOptions, locateAddress, readAddress } from "../server/address.ts";
import { defineServerKind } from "../server/kind.ts";
import { serverOptions } from "../server/options.ts";
import { form } from "./form.ts";

const id = "mysql";

const summary =
  "Reads tables, views and queries of a MySQL (5.7 and newer) or MariaDB (10.2 and newer) server, each connection in one consistent snapshot.";

const options = z.strictObject({ ...addressOptions, ...serverOptions });

const example = `web-shop:
  extractor: mysql
  connection: \${env:SHOP_URL} # mysql://reader:…@shop.example/shop
  asOf: 2026-03-13T23:00:00-06:00
  tables:
    dbo.Customers:
      from: customers
      columns: { CustomerID: id, Email: email }
`;

export default defineServerKind({
  id,
  summary,
  options,
  example,
  sharesSnapshots: false,
  locate: (given) => locateAddress(readAddress(given, form)),
  // The driver is loaded where it is needed: it takes longer to load than most commands take to run.
  connect: async (given, surroundings) => (await import("./connect.ts")).connect(given, surroundings),
});
