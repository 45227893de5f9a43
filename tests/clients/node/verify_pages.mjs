// node verify_pages.mjs NETWORK_JSON PAGES_JSON: fetches pages through the gateway and has @dfinity/response-verification
// check each one, as a service worker or a boundary node would. Prints [{status, headers, body (base64), failure}] as JSON.

import http from 'node:http';

import verification from '@dfinity/response-verification';
import { Principal } from '@icp-sdk/core/principal';

const MAX_CERTIFICATE_AGE_NS = 300_000_000_000n;
const VERSION = 2;

const [network, pages] = process.argv.slice(2).map((argument) => JSON.parse(argument));

function fetchPage({ path, canister, headers = {} }) {
  const host = `${network[canister]}.localhost`;
  const options = { headers: { host, ...headers }, path };
  return new Promise((resolve, reject) => {
    http
      .get(network.url, options, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve({ response, body: Buffer.concat(chunks) }));
      })
      .on('error', reject);
  });
}

function pairs(rawHeaders) {
  return Array.from({ length: rawHeaders.length / 2 }, (_, i) => [rawHeaders[2 * i], rawHeaders[2 * i + 1]]);
}

function failureOf({ path, canister, headers = {}, spoil }, { response, body }) {
  const request = { method: 'GET', url: path, headers: Object.entries(headers), body: new Uint8Array() };
  const answer = {
    status_code: response.statusCode,
    headers: pairs(response.rawHeaders),
    body: Uint8Array.from(spoil ? Buffer.concat([body, Buffer.from('!')]) : body),
  };
  try {
    verification.verifyRequestResponsePair(
      request,
      answer,
      Principal.fromText(network[canister]).toUint8Array(),
      BigInt(Date.now()) * 1_000_000n,
      MAX_CERTIFICATE_AGE_NS,
      Uint8Array.from(Buffer.from(network.rootKey, 'hex')),
      VERSION,
    );
    return null;
  } catch (error) {
    return error.message ?? String(error);
  }
}

const results = [];
for (const page of pages) {
  const fetched = await fetchPage(page);
  results.push({
    status: fetched.response.statusCode,
    headers: fetched.response.headers,
    body: fetched.body.toString('base64'),
    failure: failureOf(page, fetched),
  });
}
console.log(JSON.stringify(results));
