/** `report/index.html`: the whole report in one file that needs no network and no server. */
import type { Child } from "hono/jsx";
import type { ReportModel } from "../../report/model.ts";
import { renderDocument } from "../document.tsx";
import { label } from "../format.ts";
import { agreementSection } from "./agreement.tsx";
import { conflictsSection, contestedSection } from "./conflicts.tsx";
import { drillSection } from "./drill.tsx";
import { identitySection } from "./identity.tsx";
import { proofsSection } from "./proofs.tsx";
import { quarantineSection, withheldSection } from "./left-out.tsx";
import { overlapSection } from "./overlap.tsx";
import { checksSection, decisionsSection, evidenceSection } from "./record.tsx";
import { sourcesSection } from "./sources.tsx";
import { tablesSection } from "./tables.tsx";
import { timelineSection } from "./timeline.tsx";
import { contentsOf, Tools } from "./tools.tsx";
import { VerdictBlock } from "./verdict.tsx";
import type { ReportView } from "./view.ts";
import { viewOf } from "./view.ts";

/** In the order of the page. */
const sections: readonly ((view: ReportView) => Child | Promise<Child>)[] = [
  drillSection,
  tablesSection,
  timelineSection,
  identitySection,
  sourcesSection,
  overlapSection,
  agreementSection,
  conflictsSection,
  contestedSection,
  proofsSection,
  withheldSection,
  quarantineSection,
  decisionsSection,
  checksSection,
  evidenceSection,
];

/** The report as HTML; the same model gives the same bytes on every machine. Its size is bounded as the model's is. */
export async function renderReport(model: ReportModel): Promise<string> {
  const view = viewOf(model);
  const rendered: Child[] = [];
  for (const section of sections) rendered.push(await section(view));
  const body = (
    <>
      <a class="skip" href="#tables">
        Skip to the report
      </a>
      <div class="layout">
        <VerdictBlock model={model} />
        <Tools view={view} contents={contentsOf(view)} />
        <main>{rendered}</main>
      </div>
    </>
  );
  return renderDocument({ title: `${label(model.incident, 80)}: recovery report`, body, scripts: ["report"] });
}
