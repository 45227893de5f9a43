// The agent that talks to the Internet Computer, or to the embedded replica, which it cannot tell apart.

import type { ChatAgent } from "./api";
import { groupMethods } from "./groupMethods";
import { IdentityStore } from "./identityStore";
import { Network } from "./network";
import { notificationMethods } from "./notificationMethods";
import { sessionMethods } from "./sessionMethods";
import { userIndexMethods } from "./userIndexMethods";
import { userMethods } from "./userMethods";

export function internetComputerAgent(): ChatAgent {
  const network = new Network();
  return {
    ...sessionMethods(network, new IdentityStore()),
    ...userIndexMethods(network),
    ...userMethods(network),
    ...groupMethods(network),
    ...notificationMethods(network),
  };
}
