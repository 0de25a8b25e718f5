/** For the auditor: decisions, checks, and what the report rests on. */
import type { Child } from "hono/jsx";
import type { ReportedDecision, ReportedFile } from "../../report/model.ts";
import type { AssertionSummary } from "../../report/summary.ts";
import { count, counted } from "../../text.ts";
import { momentOf, showBytes } from "../format.ts";
import { Moment, SourceChip, Text } from "../pieces.tsx";
import { Fold, Grid, Nothing, Section } from "./pieces.tsx";
import type { ReportView } from "./view.ts";

const states: Readonly<Record<ReportedDecision["state"], string>> = {
  applied: "",
  stale: "the evidence changed since",
  undone: "",
  replaced: "by a later one",
};

const mostRows = 1000;

export function decisionsSection({ model: { decisions } }: ReportView): Child {
  const columns = [
    { head: "Decision" },
    { head: "State" },
    { head: "By" },
    { head: "Why" },
    { head: "When" },
    { head: "Line", isNumber: true },
  ];
  const rows = decisions.map(({ line, what, by, why, at, state }) => [
    <Text of={what} />,
    <>
      <span class={`badge decision-${state}`}>{state}</span> {states[state]}
    </>,
    <Text of={by} most={80} />,
    <Text of={why} />,
    <DecidedAt at={at} />,
    count(line),
  ]);
  return (
    <Section id="decisions" title="Decisions" lead="What people settled, from decisions.yaml.">
      {decisions.length === 0 ? (
        <Nothing>Nobody has decided anything yet.</Nothing>
      ) : (
        <Grid caption="Decisions" columns={columns} rows={rows} />
      )}
    </Section>
  );
}

function DecidedAt({ at }: { at: string | undefined }): Child {
  const moment = momentOf(at);
  if (moment !== undefined) return <Moment of={moment} />;
  return at === undefined ? "" : <Text of={at} most={40} />;
}

function Assertions({ assertions }: { assertions: readonly AssertionSummary[] }): Child {
  if (assertions.length === 0) return <Nothing>The recipe asserts nothing.</Nothing>;
  const columns = [{ head: "Assertion" }, { head: "Result" }, { head: "Found" }, { head: "Expected" }];
  const rows = [...assertions]
    .toSorted((left, right) => Number(left.holds) - Number(right.holds))
    .map((each) => [
      <Text of={each.name} most={200} />,
      <span class={each.holds ? "badge holds" : "badge fails"}>{each.holds ? "holds" : "does not hold"}</span>,
      <Found of={each.found} />,
      <Text of={each.expected} most={100} />,
    ]);
  return <Grid caption="Assertions" columns={columns} rows={rows} />;
}

function Found({ of }: { of: AssertionSummary["found"] }): Child {
  if (of === null) return <span class="nothing">NULL</span>;
  return typeof of === "number" ? count(of) : <Text of={of} most={200} />;
}

function Sentences({ of }: { of: readonly string[] }): Child {
  return (
    <ul class="sentences">
      {of.slice(0, mostRows).map((sentence) => (
        <li>
          <Text of={sentence} />
        </li>
      ))}
    </ul>
  );
}

export function checksSection({ model: { constraints, assertions, notes } }: ReportView): Child {
  return (
    <Section
      id="checks"
      title="Checks"
      lead="Whether the target will take the rows, and whether they are what the recipe expects."
    >
      <h3>Assertions</h3>
      <Assertions assertions={assertions} />
      <h3>Constraints of the target</h3>
      {constraints.length === 0 ? (
        <Nothing>Nothing to say: the rows satisfy them.</Nothing>
      ) : (
        <Sentences of={constraints} />
      )}
      {notes.length > 0 && (
        <>
          <h3>Worth knowing</h3>
          <Sentences of={notes} />
        </>
      )}
    </Section>
  );
}

function Hash({ of }: { of: string }): Child {
  return (
    <code class="hash">
      <Text of={of} most={64} />
    </code>
  );
}

function fileCells({ path, bytes, sha256 }: ReportedFile): Child[] {
  return [<Text of={path} most={300} />, showBytes(bytes), <Hash of={sha256} />];
}

const fileColumns = [{ head: "File" }, { head: "Size", isNumber: true }, { head: "SHA-256" }];
const inputColumns = [{ head: "File" }, { head: "Source" }, ...fileColumns.slice(1)];
const manyFiles = 40;

function Files({
  caption,
  rows,
  columns,
}: {
  caption: string;
  rows: readonly Child[][];
  columns: readonly { head: string }[];
}): Child {
  const all = <Grid caption={caption} columns={columns} rows={rows} />;
  return rows.length > manyFiles ? <Fold title={counted(rows.length, "file")}>{all}</Fold> : all;
}

export function evidenceSection(view: ReportView): Child {
  const { evidence, outputs, recipe, command, madeBy, masked } = view.model;
  const inputs = evidence.map((file) => [
    <Text of={file.path} most={300} />,
    <SourceChip view={view} source={file.source} />,
    ...fileCells(file).slice(1),
  ]);
  return (
    <Section
      id="evidence"
      title="Evidence and chain of custody"
      lead="Sources were only read. The same inputs give the same bytes again."
    >
      <h3>What was read</h3>
      {inputs.length === 0 ? (
        <Nothing>No inputs.</Nothing>
      ) : (
        <Files caption="Inputs" rows={inputs} columns={inputColumns} />
      )}
      <h3>What was written</h3>
      {outputs.length === 0 ? (
        <Nothing>No outputs.</Nothing>
      ) : (
        <Files caption="Outputs" rows={outputs.map(fileCells)} columns={fileColumns} />
      )}
      <h3>How to make it again</h3>
      <pre class="command" tabindex={0}>
        <code>
          <Text of={command} />
        </code>
      </pre>
      <dl class="facts">
        <dt>Made by</dt>
        <dd>
          <Text of={madeBy} most={60} />
        </dd>
        <dt>Recipe, SHA-256</dt>
        <dd>
          <Hash of={recipe} />
        </dd>
        <dt>Masked columns</dt>
        <dd>{masked.length === 0 ? "none" : <Text of={masked.slice(0, 100).join(", ")} />}</dd>
      </dl>
    </Section>
  );
}
