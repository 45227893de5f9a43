import { createContext } from "svelte";
import type { Session } from "../client/session";
import type { Workspace } from "../client/workspace";

export const [getSession, setSession] = createContext<Session>();
export const [getWorkspace, setWorkspace] = createContext<Workspace>();
export type { Session, Workspace };
