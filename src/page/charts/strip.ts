/** All ids of one key from the first to the highest: which are here, deleted, lost, or nobody knows. */
import type { IdentityStrip } from "../../report/model.ts";
import type { Chart } from "./draw.ts";
import { chartWidth } from "./draw.ts";

export const idStates = ["present", "deleted", "lost", "unknown"] as const;

export type IdState = (typeof idStates)[number];

/** Equal neighbours are one piece: most strips are of few kinds. */
interface Piece {
  readonly state: IdState;
  readonly from: number;
  to: number;
  readonly low: number;
  readonly high: number;
}

/** In steps: what is there has a pixel of its own. */
const height = 300;

function piecesOf(stretches: IdentityStrip["stretches"]): Piece[] {
  const open = new Map<IdState, Piece>();
  const pieces: Piece[] = [];
  for (const [index, stretch] of stretches.entries()) {
    const whole = idStates.reduce((sum, state) => sum + stretch[state], 0) || 1;
    let low = 0;
    for (const state of idStates) {
      const high = low + stretch[state] / whole;
      const piece = open.get(state);
      if (piece?.to === index && piece.low === low && piece.high === high) piece.to = index + 1;
      else if (high > low) {
        const begun = { state, from: index, to: index + 1, low, high };
        open.set(state, begun);
        pieces.push(begun);
      }
      low = high;
    }
  }
  return pieces;
}

/** Each stretch is a column, stacked from the bottom. There is no text in it, so that a page may stretch it. */
export function strip({ stretches }: IdentityStrip, label: string): Chart {
  return {
    width: chartWidth,
    height,
    label,
    data: [
      {
        name: "pieces",
        values: piecesOf(stretches).map((piece) => ({ ...piece, colour: `var(--id-${piece.state})` })),
      },
    ],
    scales: [
      { name: "x", type: "linear", domain: [0, Math.max(1, stretches.length)], range: "width", round: true },
      { name: "y", type: "linear", domain: [0, 1], range: "height", round: true },
    ],
    marks: [
      {
        type: "rect",
        from: { data: "pieces" },
        encode: {
          enter: {
            x: { scale: "x", field: "from" },
            x2: { scale: "x", field: "to" },
            y: { scale: "y", field: "low" },
            y2: { scale: "y", field: "high" },
            fill: { field: "colour" },
          },
        },
      },
    ],
  };
}
