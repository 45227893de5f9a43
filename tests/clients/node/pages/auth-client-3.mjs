// @dfinity/auth-client 3.4.3 with @dfinity/agent 3.4.3.

import { Actor, HttpAgent } from '@dfinity/agent';
import { AuthClient } from '@dfinity/auth-client';
import { IDL } from '@dfinity/candid';

import { legacy, run } from './dapp.mjs';

run({ Actor, HttpAgent, IDL }, legacy(await AuthClient.create({ idleOptions: { disableIdle: true } })));
