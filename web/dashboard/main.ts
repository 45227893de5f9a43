// The page with which people look after their own canister. It is embedded in the canister's code and served by the
// canister itself, so it is small and has no framework.
//
//   page address -> canister id -> certified state (controllers, module hash), the canister's own figures
//
// Each panel settles by itself: one that cannot be read says so and the others stay.

import { type CanisterFigures, type CertifiedState, readCertifiedState, readFigures } from "./canister";
import { cyclesText, hexText, megabytesText } from "./format";
import { canisterIdOf, hostOf } from "./location";
import { startTheme } from "./theme";

const REFRESH_MS = 10_000;
const COPIED_MS = 1_500;
const VERSION = __VERSION__;

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

function show(id: string, text: string): void {
  element(id).textContent = text;
}

function showError(message: string): void {
  const section = element("error-section");
  const line = document.createElement("p");
  line.className = "error-message";
  line.textContent = message;
  section.append(line);
  section.hidden = false;
}

function clearErrors(): void {
  element("error-section").replaceChildren();
  element("error-section").hidden = true;
}

function showCertifiedState(state: CertifiedState): void {
  show("module-hash-value", state.moduleHash ? hexText(state.moduleHash) : "N/A");
  element("controllers-list").replaceChildren(...state.controllers.map(controllerItem));
  show("certified-at", `Last checked at ${state.certifiedAt.toLocaleTimeString()}.`);
  for (const seal of document.querySelectorAll<HTMLElement>("[data-seal]")) seal.hidden = false;
}

function controllerItem(controller: string): HTMLElement {
  const item = document.createElement("li");
  item.className = "copyable";
  const text = document.createElement("code");
  text.className = "data-display";
  text.textContent = controller;
  item.append(
    text,
    copyButton("Copy this controller", () => controller),
  );
  return item;
}

function copyButton(label: string, value: () => string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", label);
  onCopy(button, value);
  return button;
}

function onCopy(button: HTMLElement, value: () => string): void {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(value());
    button.textContent = "Copied";
    show("copy-status", "Copied");
    setTimeout(() => {
      button.textContent = "Copy";
    }, COPIED_MS);
  });
}

function showFigures(figures: CanisterFigures): void {
  show("status-value", "Running");
  element("status-value").dataset["state"] = "running";
  show("cycles-value", cyclesText(figures.cycles));
  show("memory-size-value", megabytesText(figures.memoryBytes));
  show("version-value", figures.version);
  show("module-name-value", `${figures.moduleName} ${figures.moduleVersion}`);
  show("direct-chats-value", figures.directChats.toLocaleString());
  show("group-chats-value", figures.groupChats.toLocaleString());
  show("messages-value", figures.messages.toLocaleString());
  if (figures.username) show("owner-line", `${figures.username}'s own canister in Parley`);
}

function showSilence(reason: unknown): void {
  const isStopped = reason instanceof Error && /is stopped|IC0508/.test(reason.message);
  show("status-value", isStopped ? "Stopped" : "Unknown");
  element("status-value").dataset["state"] = "silent";
}

async function refresh(host: string, canisterId: string): Promise<void> {
  const [state, figures] = await Promise.allSettled([
    readCertifiedState(host, canisterId),
    readFigures(host, canisterId),
  ]);
  clearErrors();
  if (state.status === "fulfilled") showCertifiedState(state.value);
  else showError(`The certified state could not be read: ${textOf(state.reason)}`);
  if (figures.status === "fulfilled") showFigures(figures.value);
  else {
    showSilence(figures.reason);
    showError(`The canister did not answer: ${textOf(figures.reason)}`);
  }
}

function textOf(reason: unknown): string {
  const text = reason instanceof Error ? reason.message : String(reason);
  return text.split("\n")[0] ?? text;
}

async function start(): Promise<void> {
  startTheme(element("theme-toggle"));
  show("dashboard-version", VERSION);
  for (const button of document.querySelectorAll<HTMLElement>("[data-copies]")) {
    onCopy(button, () => element(button.dataset["copies"] ?? "").textContent ?? "");
  }

  const canisterId = canisterIdOf(location);
  if (canisterId === null) {
    element("loading-overlay").hidden = true;
    showError("Unable to determine canister ID.");
    return;
  }
  show("canister-id", canisterId);
  const host = hostOf(location);
  element("refresh-status-btn").addEventListener("click", () => void refresh(host, canisterId));
  await refresh(host, canisterId);
  element("loading-overlay").hidden = true;
  refreshWhileVisible(host, canisterId);
}

function refreshWhileVisible(host: string, canisterId: string): void {
  setTimeout(async () => {
    if (!document.hidden) await refresh(host, canisterId);
    refreshWhileVisible(host, canisterId);
  }, REFRESH_MS);
}

void start();
