/** The pages of a review, each whole, with what has just happened and what was wrong with a form. */
import type { Child } from "hono/jsx";
import { UserError } from "../errors.ts";
import { sourceColours } from "../page/colours.ts";
import { renderFrame } from "../page/review/frame.tsx";
import { Group } from "../page/review/group.tsx";
import { History } from "../page/review/history.tsx";
import { Item } from "../page/review/item.tsx";
import type { Kept } from "../page/review/item.tsx";
import type { Links } from "../page/review/links.ts";
import { DecidedNews, GroupNews, UndoneNews } from "../page/review/news.tsx";
import { Queue } from "../page/review/queue.tsx";
import type { QueueAsked } from "../page/review/queue.tsx";
import { Raw } from "../page/review/raw.tsx";
import type { ReviewView } from "../page/review/view.ts";
import type { Remembered } from "../page/review/signature.tsx";
import { isDone, subjectOf } from "../page/review/wording.ts";
import type { ItemDetail, QueueGroup, QueueItem, ReviewSession } from "./session.ts";

/** What has just happened, as the address says it. */
export interface Happened {
  /** An item that was decided. */
  readonly decided?: number | undefined;
  /** How many a rule decided. */
  readonly ruled?: number | undefined;
  readonly undone?: boolean;
}

interface FormState {
  readonly remembered: Remembered;
  readonly happened?: Happened;
  readonly problem?: UserError | undefined;
}

const itemsOnPage = 50;

export class ReviewPages {
  readonly #session: ReviewSession;
  readonly #view: ReviewView;

  constructor(session: ReviewSession, links: Links) {
    this.#session = session;
    this.#view = { links, colourOf: sourceColours(session.sources) };
  }

  /** Throws UserError for an unknown group. */
  groupOf(id: string): QueueGroup {
    const group = this.#session.groups().find((each) => each.id === id);
    if (group !== undefined) return group;
    throw new UserError({
      what: "there is no such group",
      remedy: "Go back to the queue: the evidence may have changed",
    });
  }

  queue(asked: QueueAsked): string {
    const progress = this.#session.progress();
    return this.#frame(
      "Review",
      <Queue view={this.#view} groups={this.#session.groups()} progress={progress} asked={asked} />,
    );
  }

  history(remembered: Remembered): string {
    const progress = this.#session.progress();
    const groups = this.#session.groups();
    return this.#frame(
      "Decisions",
      <History links={this.#view.links} groups={groups} progress={progress} remembered={remembered} />,
    );
  }

  group(group: QueueGroup, after: number, state: FormState & { readonly rule?: string | undefined }): string {
    const found = this.#session.items(group.id, after, itemsOnPage + 1);
    const items = found.slice(0, itemsOnPage);
    return this.#frame(
      subjectOf(group),
      <Group
        view={this.#view}
        group={group}
        items={items}
        more={found.length > items.length ? items.at(-1)?.id : undefined}
        isFirst={after === 0}
        nextGroup={isDone(group) ? this.#session.groups().find((each) => each.isDecidable && !isDone(each)) : undefined}
        remembered={state.remembered}
        rule={state.rule}
        news={this.#news(state)}
        problem={state.problem}
      />,
    );
  }

  item(detail: ItemDetail, state: FormState & { readonly kept?: Kept | undefined }): string {
    return this.#frame(
      `${detail.item.table} ${detail.item.key.slice(0, 60)}`,
      <Item
        view={this.#view}
        detail={detail}
        remembered={state.remembered}
        kept={state.kept}
        news={this.#news(state)}
        problem={state.problem}
      />,
    );
  }

  async raw(id: number, source: string, locator: string): Promise<string> {
    const record = await this.#session.raw(id, source, locator);
    return this.#frame("Raw record", <Raw view={this.#view} record={record} back={this.#view.links.item(id)} />);
  }

  #news({ happened = {}, remembered }: FormState): Child {
    const { decided, ruled, undone } = happened;
    const item = decided === undefined ? undefined : this.#known(decided);
    return (
      <>
        {item === undefined ? null : <DecidedNews links={this.#view.links} remembered={remembered} item={item} />}
        {ruled === undefined ? null : <GroupNews decided={ruled} />}
        {undone === true ? <UndoneNews /> : null}
      </>
    );
  }

  /** An address may name an item that is no more. */
  #known(id: number): QueueItem | undefined {
    try {
      return this.#session.item(id).item;
    } catch (error) {
      if (error instanceof UserError) return undefined;
      throw error;
    }
  }

  #frame(title: string, body: Child): string {
    const { incident } = this.#session;
    return renderFrame({ title, incident, links: this.#view.links, progress: this.#session.progress(), body });
  }
}
