// Tells the notifications canister where this browser receives pushes. Permission and subscription themselves are the
// browser's business and live in ui/platform/push.ts.

import type { ChatAgent, PushSubscriptionInfo, PushSubscriptionResult } from "../agent/api";

export class PushSubscriptions {
  readonly #agent: ChatAgent;

  constructor(agent: ChatAgent) {
    this.#agent = agent;
  }

  isKnown(p256dh: string): Promise<boolean> {
    return this.#agent.pushSubscriptionExists(p256dh);
  }

  add(subscription: PushSubscriptionInfo): Promise<PushSubscriptionResult> {
    return this.#agent.addPushSubscription(subscription);
  }

  remove(p256dh: string): Promise<void> {
    return this.#agent.removePushSubscription(p256dh);
  }
}
