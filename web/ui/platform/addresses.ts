// Where another canister's pages are, seen from this one: `<id>.localhost:8080` here, `<id>.icp0.io` there.

type PageAddress = Pick<Location, "protocol" | "hostname" | "port" | "origin">;

export function canisterUrl(canisterId: string, path: string, page: PageAddress = location): string {
  const [, ...domain] = page.hostname.split(".");
  // At plain localhost, or at an address of numbers, the canister is named in the query.
  if (domain.length === 0 || /^[\d.]+$/.test(page.hostname)) return `${page.origin}${path}?canisterId=${canisterId}`;
  return `${page.protocol}//${canisterId}.${domain.join(".")}${page.port ? `:${page.port}` : ""}${path}`;
}
