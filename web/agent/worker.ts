// Runs in a Web Worker, so that signing and checking signatures never make the page wait.

import { internetComputerAgent } from "./internetComputerAgent";
import { serveAgent } from "./remote";
import { translateError } from "./translateError";

serveAgent(self, internetComputerAgent(), translateError);
