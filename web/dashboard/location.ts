// Which canister served this page, and where the network's interface is.

import { Principal } from "@icp-sdk/core/principal";

type PageLocation = Pick<Location, "protocol" | "hostname" | "port" | "search">;

/** The id in `<id>.localhost` or `<id>.icp0.io`, or in `?canisterId=`; null if there is none. */
export function canisterIdOf(page: PageLocation): string | null {
  const candidates = [page.hostname.split(".")[0], new URLSearchParams(page.search).get("canisterId")];
  for (const text of candidates) {
    if (text && isPrincipal(text)) return text;
  }
  return null;
}

export function hostOf(page: PageLocation): string {
  if (page.hostname === "localhost" || page.hostname.endsWith(".localhost")) {
    return `${page.protocol}//localhost${page.port ? `:${page.port}` : ""}`;
  }
  if (page.hostname === "127.0.0.1") return `${page.protocol}//127.0.0.1:${page.port}`;
  return "https://icp-api.io";
}

export function isLocal(host: string): boolean {
  const { hostname } = new URL(host);
  return hostname === "localhost" || hostname === "127.0.0.1";
}

function isPrincipal(text: string): boolean {
  try {
    Principal.fromText(text);
    return true;
  } catch {
    return false;
  }
}
