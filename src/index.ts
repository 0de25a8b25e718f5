/** What extractors and rules from outside of the project are written with: `import { defineExtractor, z } from "tablesalvage"`. */
export { UserError } from "./errors.ts";
export type { Place, UserErrorDetails } from "./errors.ts";
export type { CaptureFolder } from "./extract/capture/folder.ts";
export { defineExtractor } from "./extract/extractor.ts";
export type {
  CheckContext,
  Doubt,
  EvidenceFile,
  ExtractContext,
  Extractor,
  Locator,
  ObservationBatch,
  Operation,
  Proof,
  SurveyedTable,
  TableMapping,
  Touch,
  WarningWeight,
} from "./extract/extractor.ts";
export type { Claim, ClaimGroup } from "./reconcile/claims.ts";
export { defineRule } from "./reconcile/rules/rule.ts";
export type { Rule, RuleContext } from "./reconcile/rules/rule.ts";
export { findColumn, isStored, rowTime, sameName, storedColumns } from "./schema/model.ts";
export type { Column, DatabaseSchema, SqlType, Table } from "./schema/model.ts";
export { defaultConventions } from "./values/codec.ts";
export type { CanonicalValue, Conventions, PresentValue, RawValue } from "./values/codec.ts";
/** The options of an extractor are a zod object: of this zod, so that the recipe's validation knows it. */
export { z } from "zod";
