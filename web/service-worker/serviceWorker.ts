/// <reference lib="webworker" />

// Shows pushes while nobody looks, and keeps the app's own files so that it opens without a network.
//
//   push               ask the open windows whether the chat is on the screen -> if not, show a notification
//   notificationclick  focus a window and lead it to the chat, or open one
//   fetch              hashed files from the cache; the page and its settings from the network, else from the cache
//
// Calls to canisters never pass through here: they are POSTs, and only GETs of this site's files are touched.

import { notificationOf } from "./payload";

declare const self: ServiceWorkerGlobalScope;
/** The files of this build, and a hash over their names; written in by vite.service-worker.config.ts. */
declare const __FILES__: string[];
declare const __BUILD__: string;

const CACHE = `parley-${__BUILD__}`;
const ANSWER_MS = 400;

self.addEventListener("install", (event) => {
  event.waitUntil(keepFiles().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOtherCaches().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname.startsWith("/assets/")) event.respondWith(cacheFirst(request));
  else if (request.mode === "navigate" && pathname === "/") event.respondWith(networkFirst("/"));
  else if (__FILES__.includes(pathname) || pathname === "/config.json") event.respondWith(networkFirst(pathname));
});

self.addEventListener("push", (event) => {
  event.waitUntil(receive(event.data));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openChat(String(event.notification.data?.chatId ?? "")));
});

async function keepFiles(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(["/", "/config.json", ...__FILES__]);
}

async function dropOtherCaches(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

async function cacheFirst(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? fetch(request);
}

async function networkFirst(path: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(path, { cache: "no-cache" });
    if (response.ok) await cache.put(path, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(path);
    if (kept) return kept;
    throw error;
  }
}

async function receive(data: PushMessageData | null): Promise<void> {
  const notification = notificationOf(jsonOf(data));
  if (notification && (await isOnScreen(notification.chatId))) return;

  // A push that shows nothing can cost us the subscription, so one that cannot be read is shown as well.
  const { title, body, chatId } = notification ?? { title: "Parley", body: "Something new", chatId: "" };
  // One notification per chat: a newer message takes the place of the older one, and is heard again.
  const options: NotificationOptions & { renotify: boolean } = {
    body,
    icon: "/icons/icon-192.png",
    badge: "/icons/badge.png",
    tag: chatId || "parley",
    renotify: true,
    data: { chatId },
  };
  await self.registration.showNotification(title, options);
}

function jsonOf(data: PushMessageData | null): unknown {
  try {
    return data?.json();
  } catch {
    return null;
  }
}

/** Tell every window of the push, and ask whether somebody is looking at that chat in one of them. */
async function isOnScreen(chatId: string): Promise<boolean> {
  const windows = await self.clients.matchAll({ type: "window" });
  const answers = await Promise.all(windows.map((client) => ask(client, chatId)));
  return answers.includes(true);
}

function ask(client: Client, chatId: string): Promise<boolean> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => resolve(data === true);
    client.postMessage({ kind: "push", chatId }, [channel.port2]);
    // A window that is asleep does not answer, and nobody is looking at it.
    setTimeout(() => resolve(false), ANSWER_MS);
  });
}

async function openChat(chatId: string): Promise<void> {
  const path = chatId ? `chat/${encodeURIComponent(chatId)}` : "";
  const windows = await self.clients.matchAll({ type: "window" });
  const [open] = windows;
  if (open) {
    open.postMessage({ kind: "open", path });
    await open.focus();
  } else {
    await self.clients.openWindow(`/#/${path}`);
  }
}
