/** What the pages of a review look up. */
import type { ColourOf } from "../colours.ts";
import type { Links } from "./links.ts";

export interface ReviewView {
  readonly links: Links;
  readonly colourOf: ColourOf;
}
