// The events of one chat that is open on the screen: a window without gaps that ends at the newest event.
//
//   open       show what is cached, then fetch what came since
//   catchUp    fetch what came after the window's end
//   loadOlder  put a page before the window, from the cache if it is there
//
// Calls are done one after the other, so that no two of them extend the window from the same end.

import { get, type Readable, writable } from "svelte/store";
import type { ChatId, EventsRange, EventsResult, EventWrapper } from "../agent/api";
import { inBackground } from "./background";
import type { ChatDatabase } from "./database";

const PAGE_EVENTS = 60;
/** A longer absence starts a new window instead of filling the gap; what lies between is fetched on scrolling back. */
const GAP_EVENTS_MAX = 300;

export type ConversationState = {
  /** `loading` until there is something to show, or it is known that there is nothing. */
  status: "loading" | "ready";
  events: readonly EventWrapper[];
  hasOlder: boolean;
  isLoadingOlder: boolean;
};

export type ConversationSource = {
  chatId: ChatId;
  /** The oldest event that this person may see. */
  firstVisible: () => number;
  fetch: (range: EventsRange) => Promise<EventsResult>;
};

export class Conversation {
  readonly chatId: ChatId;
  readonly #source: ConversationSource;
  readonly #database: ChatDatabase;
  readonly #state = writable<ConversationState>({
    status: "loading",
    events: [],
    hasOlder: false,
    isLoadingOlder: false,
  });
  readonly state: Readable<ConversationState> = this.#state;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(source: ConversationSource, database: ChatDatabase) {
    this.chatId = source.chatId;
    this.#source = source;
    this.#database = database;
  }

  /** Show the newest events; `latestEventIndex` is null for a chat that does not exist yet. */
  async open(latestEventIndex: number | null): Promise<void> {
    await this.#inTurn(async () => {
      const cached = await this.#cachedTail().catch(() => []);
      if (cached.length > 0) this.#show(cached);
    });
    if (latestEventIndex !== null) await this.catchUp(latestEventIndex);
    else this.#update({ status: "ready" });
  }

  catchUp(latestEventIndex: number): Promise<void> {
    return this.#inTurn(async () => {
      const missing = latestEventIndex - this.#lastIndex;
      if (missing > GAP_EVENTS_MAX || (missing > 0 && this.#events.length === 0)) await this.#restart(latestEventIndex);
      else if (missing > 0) await this.#extend(latestEventIndex);
      this.#update({ status: "ready" });
    });
  }

  /** My message was stored as `event`. */
  add(event: EventWrapper): Promise<void> {
    return this.#inTurn(async () => {
      if (event.index <= this.#lastIndex) return;
      if (event.index === this.#lastIndex + 1) {
        inBackground(() => this.#database.saveEvents(this.chatId, [event]));
        this.#append([event]);
      } else await this.#extend(event.index);
      this.#update({ status: "ready" });
    });
  }

  async loadOlder(): Promise<void> {
    const { hasOlder, isLoadingOlder } = get(this.#state);
    if (!hasOlder || isLoadingOlder) return;
    this.#update({ isLoadingOlder: true });
    try {
      await this.#inTurn(() => this.#prependPage());
    } finally {
      this.#update({ isLoadingOlder: false });
    }
  }

  get #events(): readonly EventWrapper[] {
    return get(this.#state).events;
  }

  get #lastIndex(): number {
    return this.#events.at(-1)?.index ?? this.#source.firstVisible() - 1;
  }

  async #restart(latestEventIndex: number): Promise<void> {
    const page = await this.#fetch({ startIndex: latestEventIndex, ascending: false });
    if (page.length > 0) this.#show(page);
  }

  async #extend(latestEventIndex: number): Promise<void> {
    while (this.#lastIndex < latestEventIndex) {
      const last = this.#lastIndex;
      this.#append(await this.#fetch({ startIndex: last + 1, ascending: true }));
      if (this.#lastIndex === last) return;
    }
  }

  async #prependPage(): Promise<void> {
    const first = this.#events[0]?.index;
    if (first === undefined || first <= this.#source.firstVisible()) return;
    const last = first - 1;
    const cached = await this.#database.events(this.chatId, last - PAGE_EVENTS + 1, last).catch(() => []);
    const usable = contiguousTail(cached, last);
    const page = usable.length > 0 ? usable : await this.#fetch({ startIndex: last, ascending: false });
    this.#show([...page.filter((event) => event.index < first), ...this.#events]);
  }

  async #fetch(range: Pick<EventsRange, "startIndex" | "ascending">): Promise<EventWrapper[]> {
    const result = await this.#source.fetch({ ...range, eventsMax: PAGE_EVENTS, latestKnown: null });
    // A replica behind the one that told of the newest event: the next round asks again.
    if (result.kind !== "success") return [];
    const { events, affectedEvents } = result.page;
    inBackground(() => this.#database.saveEvents(this.chatId, [...affectedEvents, ...events]));
    return events;
  }

  #append(events: readonly EventWrapper[]): void {
    const last = this.#lastIndex;
    this.#show([...this.#events, ...events.filter((event) => event.index > last)]);
  }

  #show(events: readonly EventWrapper[]): void {
    const first = events[0]?.index ?? 0;
    this.#update({ status: "ready", events, hasOlder: events.length > 0 && first > this.#source.firstVisible() });
  }

  async #cachedTail(): Promise<EventWrapper[]> {
    const latest = await this.#database.latestEventIndex(this.chatId);
    if (latest === null) return [];
    const events = await this.#database.events(this.chatId, latest - PAGE_EVENTS + 1, latest);
    return contiguousTail(events, latest).filter((event) => event.index >= this.#source.firstVisible());
  }

  #update(change: Partial<ConversationState>): void {
    this.#state.update((state) => ({ ...state, ...change }));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

/** The events of `events` that reach up to `last` without a gap. */
function contiguousTail(events: readonly EventWrapper[], last: number): EventWrapper[] {
  const tail: EventWrapper[] = [];
  for (const event of events.toReversed()) {
    if (event.index !== last - tail.length) break;
    tail.unshift(event);
  }
  return tail;
}
