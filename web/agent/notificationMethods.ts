// The notifications canister: where pushes for this person go.

import type { ChatAgent } from "./api";
import type { Network } from "./network";

type NotificationMethods = Pick<ChatAgent, "pushSubscriptionExists" | "addPushSubscription" | "removePushSubscription">;

export function notificationMethods(network: Network): NotificationMethods {
  return {
    pushSubscriptionExists: async (p256dh) =>
      "Yes" in (await (await network.notifications()).subscription_exists({ p256dh_key: p256dh })),

    addPushSubscription: async ({ endpoint, p256dh, auth }) => {
      const subscription = { endpoint, keys: { p256dh, auth } };
      const result = await (await network.notifications()).push_subscription({ subscription });
      if ("Success" in result) return { kind: "success" };
      if ("UserNotFound" in result) return { kind: "userNotFound" };
      if ("InvalidRequest" in result) return { kind: "invalidRequest", text: result.InvalidRequest };
      return { kind: "internalError", text: result.InternalError };
    },

    removePushSubscription: async (p256dh) => {
      await (await network.notifications()).remove_subscription({ p256dh_key: p256dh });
    },
  };
}
