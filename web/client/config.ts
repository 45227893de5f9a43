// What the website says about the system it belongs to.

import type { AgentConfig } from "../agent/api";
import { Failure } from "../agent/failure";

export type SiteConfig = {
  environment: string;
  userIndex: string;
  groupIndex: string;
  notifications: string;
  website: string;
  vapidPublicKey: string;
  version: string;
};

export async function fetchSiteConfig(): Promise<SiteConfig> {
  const response = await fetch("/config.json", { cache: "no-cache" }).catch((error: unknown) => {
    throw new Failure("transport", String(error), true);
  });
  if (!response.ok) throw new Failure("transport", `config.json: ${response.status}`, true);
  return (await response.json()) as SiteConfig;
}

/** On this machine the interface is at plain `localhost`, whatever canister's name is in the page's address. */
export function agentConfigOf(
  site: SiteConfig,
  page: { protocol: string; hostname: string; port: string },
): AgentConfig {
  const isLocal = page.hostname === "localhost" || page.hostname.endsWith(".localhost");
  const port = page.port ? `:${page.port}` : "";
  return {
    host: isLocal ? `${page.protocol}//localhost${port}` : "https://icp-api.io",
    isDevelopment: site.environment === "development",
    userIndex: site.userIndex,
    groupIndex: site.groupIndex,
    notifications: site.notifications,
  };
}
