/** What may happen to a database. Tables are named as the schema names them. */
export type Strike =
  | { readonly drop: readonly string[] | "all" }
  | { readonly truncate: readonly string[] }
  | { readonly delete: { readonly table: string; readonly share: number } }
  | { readonly nullify: { readonly table: string; readonly columns: readonly string[]; readonly share: number } }
  | { readonly garble: { readonly table: string; readonly columns: readonly string[]; readonly share: number } }
  | { readonly update: { readonly table: string; readonly column: string; readonly to: string | number | null } };
