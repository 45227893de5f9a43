// The client as the page uses it: an agent in a worker, the browser's clock, the website's configuration.

import { remoteAgent } from "../agent/remote";
import { fetchSiteConfig } from "./config";
import { browserEnvironment } from "./environment";
import { Session } from "./session";

export function startSession(page: { protocol: string; hostname: string; port: string }): Session {
  const worker = new Worker(new URL("../agent/worker.ts", import.meta.url), { type: "module", name: "agent" });
  const session = new Session({
    agent: remoteAgent(worker),
    environment: browserEnvironment,
    fetchConfig: fetchSiteConfig,
    page,
  });
  void session.start();
  return session;
}
