// The service worker shows pushes and keeps the app's own files, so that it opens without a network.

import type { Session } from "../../client/session";
import { goTo, place } from "../router.svelte";
import { isAttended } from "./page";

type FromServiceWorker = { kind: "open"; path: string } | { kind: "push"; chatId: string };

export function startServiceWorker(session: Session): void {
  if (!("serviceWorker" in navigator)) return;
  void navigator.serviceWorker.register("/sw.js");
  navigator.serviceWorker.addEventListener("message", ({ data, ports }) => {
    const message = data as FromServiceWorker;
    // Somebody pressed a notification while the app was open in this window.
    if (message.kind === "open") goTo(message.path);
    if (message.kind === "push") {
      ports[0]?.postMessage(isAttended() && place.front === "chat" && place.chatId === message.chatId);
      session.refreshNow();
    }
  });
}
