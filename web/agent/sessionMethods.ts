// Which identity signs what this browser sends.

import { AnonymousIdentity } from "@icp-sdk/core/agent";
import type { ChatAgent } from "./api";
import { generateKeyPair, identityOf } from "./developmentIdentity";
import { Failure } from "./failure";
import type { IdentityStore } from "./identityStore";
import type { Network } from "./network";

type SessionMethods = Pick<
  ChatAgent,
  "configure" | "identities" | "resumeSession" | "signIn" | "signOut" | "rememberUsername" | "forgetIdentity"
>;

export function sessionMethods(network: Network, store: IdentityStore): SessionMethods {
  async function open(principal: string): Promise<string> {
    const keyPair = await store.keyPair(principal);
    if (!keyPair) throw new Failure("input", "this browser no longer has that identity", true);
    network.use(await identityOf(keyPair));
    await store.setCurrent(principal);
    return principal;
  }

  async function openNew(): Promise<string> {
    const keyPair = await generateKeyPair();
    const principal = (await identityOf(keyPair)).getPrincipal().toText();
    await store.add(principal, keyPair);
    return open(principal);
  }

  return {
    configure: async (config) => network.configure(config),
    identities: () => store.list(),
    resumeSession: async () => {
      const principal = await store.current();
      const isStored = principal !== null && (await store.keyPair(principal)) !== null;
      return isStored ? open(principal) : null;
    },
    signIn: (principal) => (principal === null ? openNew() : open(principal)),
    signOut: async () => {
      network.use(new AnonymousIdentity());
      await store.setCurrent(null);
    },
    rememberUsername: async (username) => {
      const principal = await store.current();
      if (principal !== null) await store.rename(principal, username);
    },
    forgetIdentity: (principal) => store.remove(principal),
  };
}
