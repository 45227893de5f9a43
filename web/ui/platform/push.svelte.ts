// Notifications of this browser: permission, the browser's own subscription, and the notifications canister's copy.
//
//   unsupported   this browser cannot
//   denied        the person said no; only the browser's settings can change that
//   off  on       the switch
//   busy          the switch was moved and is not there yet

import type { PushSubscriptions } from "../../client/pushSubscriptions";

export type PushStatus = "unsupported" | "denied" | "off" | "on" | "busy";

export const push = $state<{ status: PushStatus; problem: string | null }>({ status: "off", problem: null });

/** Find out how things stand, and tell the canister again if it forgot this browser. */
export async function checkPush(subscriptions: PushSubscriptions): Promise<void> {
  if (!isSupported()) {
    push.status = "unsupported";
    return;
  }
  if (Notification.permission === "denied") {
    push.status = "denied";
    return;
  }
  const keys = keysOf(await currentSubscription());
  if (!keys) {
    push.status = "off";
    return;
  }
  const isKnown = await subscriptions.isKnown(keys.p256dh);
  push.status = isKnown ? "on" : "off";
}

export async function turnPushOn(subscriptions: PushSubscriptions, vapidPublicKey: string): Promise<void> {
  await change("on", async () => {
    const permission = await Notification.requestPermission();
    if (permission !== "granted") {
      push.status = permission === "denied" ? "denied" : "off";
      return;
    }
    if (!(await navigator.serviceWorker.getRegistration())) throw new Error("Load the page again first.");
    const registration = await navigator.serviceWorker.ready;
    const subscription =
      (await registration.pushManager.getSubscription()) ??
      (await registration.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: bytesOf(vapidPublicKey),
      }));
    const keys = keysOf(subscription);
    if (!keys) throw new Error("The browser gave no keys to encrypt with.");
    const result = await subscriptions.add({ endpoint: subscription.endpoint, ...keys });
    if (result.kind !== "success") throw new Error("text" in result ? result.text : "You have no canister yet.");
    push.status = "on";
  });
}

export async function turnPushOff(subscriptions: PushSubscriptions): Promise<void> {
  await change("off", async () => {
    const subscription = await currentSubscription();
    const keys = keysOf(subscription);
    await subscription?.unsubscribe();
    if (keys) await subscriptions.remove(keys.p256dh);
    push.status = "off";
  });
}

async function change(wanted: "on" | "off", work: () => Promise<void>): Promise<void> {
  push.status = "busy";
  push.problem = null;
  try {
    await work();
  } catch (error) {
    push.status = wanted === "on" ? "off" : "on";
    push.problem = error instanceof Error ? error.message : String(error);
  }
}

function isSupported(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

async function currentSubscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

function keysOf(subscription: PushSubscription | null): { p256dh: string; auth: string } | null {
  const { p256dh, auth } = subscription?.toJSON().keys ?? {};
  return p256dh && auth ? { p256dh, auth } : null;
}

function bytesOf(base64Url: string): Uint8Array<ArrayBuffer> {
  const base64 = base64Url.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
