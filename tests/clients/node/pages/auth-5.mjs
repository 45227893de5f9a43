// @icp-sdk/auth 5.0.0 with @icp-sdk/core 5.4.0.

import { AuthClient } from '@icp-sdk/auth-5/client';
import { Actor, HttpAgent } from '@icp-sdk/core/agent';
import { IDL } from '@icp-sdk/core/candid';

import { legacy, run } from './dapp.mjs';

run({ Actor, HttpAgent, IDL }, legacy(await AuthClient.create({ idleOptions: { disableIdle: true } })));
