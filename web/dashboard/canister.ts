// What the dashboard reads. Controllers and module hash come certified from the network; the figures are the
// canister's own queries, signed by the node that answered.

import { Actor, HttpAgent, StatePaths } from "@icp-sdk/core/agent";
import { Principal } from "@icp-sdk/core/principal";
import { type _SERVICE, idlFactory } from "../generated/user.did";
import { isLocal } from "./location";

export type CertifiedState = { controllers: string[]; moduleHash: Uint8Array | null; certifiedAt: Date };

export type CanisterFigures = {
  username: string | null;
  version: string;
  cycles: bigint;
  memoryBytes: bigint;
  directChats: number;
  groupChats: number;
  messages: bigint;
  moduleName: string;
  moduleVersion: number;
};

let agentPromise: Promise<HttpAgent> | null = null;

function agentFor(host: string): Promise<HttpAgent> {
  agentPromise ??= HttpAgent.create({ host, shouldFetchRootKey: isLocal(host), retryTimes: 0 }).catch((error) => {
    agentPromise = null;
    throw error;
  });
  return agentPromise;
}

export async function readCertifiedState(host: string, canisterId: string): Promise<CertifiedState> {
  const agent = await agentFor(host);
  const id = Principal.fromText(canisterId);
  const controllers = StatePaths.canisterControllers(id);
  const moduleHash = StatePaths.canisterModuleHash(id);
  const { values } = await agent.readState({ canisterId: id }, { paths: [controllers, moduleHash, StatePaths.time] });
  return {
    controllers: (values.get(controllers) ?? []).map((controller) => controller.toText()),
    moduleHash: values.get(moduleHash),
    certifiedAt: values.get(StatePaths.time) ?? new Date(),
  };
}

export async function readFigures(host: string, canisterId: string): Promise<CanisterFigures> {
  const agent = await agentFor(host);
  const user = Actor.createActor<_SERVICE>(idlFactory, { agent, canisterId });
  const [metrics, wasm, profile] = await Promise.all([
    user.metrics(),
    user.wasm_status(),
    user.public_profile().catch(() => null),
  ]);
  return {
    username: profile?.username ?? null,
    version: metrics.version,
    cycles: metrics.cycles_balance,
    memoryBytes: metrics.memory_used,
    directChats: metrics.direct_chats,
    groupChats: metrics.group_chats,
    messages: metrics.messages,
    moduleName: wasm.name,
    moduleVersion: wasm.version,
  };
}
