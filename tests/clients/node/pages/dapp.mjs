// The same little application for every AuthClient: a button to sign in, and who the replica says one is.

const button = document.querySelector('button');
const output = document.querySelector('output');

// `client` is an agent library; `signIn(provider)` and `restored()` are an AuthClient, and resolve to an identity, the
// second one to null if nobody is signed in.
export async function run({ Actor, HttpAgent, IDL }, { signIn, restored }) {
  const network = await (await fetch('/network.json')).json();
  const interfaceOf = () =>
    IDL.Service({
      whoami: IDL.Func([], [IDL.Principal], ['query']),
      whoami_certified: IDL.Func([], [IDL.Principal], []),
    });

  async function show(identity) {
    const rootKey = Uint8Array.from(network.rootKey.match(/../g), (pair) => parseInt(pair, 16));
    const agent = await HttpAgent.create({ host: network.url, identity, rootKey });
    const actor = Actor.createActor(interfaceOf, { agent, canisterId: network.greeter });
    const [asked, called] = await Promise.all([actor.whoami(), actor.whoami_certified()]);
    output.textContent = `${asked.toText()} and ${called.toText()}`;
  }

  // Waiting for anything before the window opens would make it a popup that browsers block.
  button.addEventListener('click', () => {
    signIn(network.provider).then(show).catch((error) => {
      output.textContent = `not signed in: ${error.message ?? error}`;
    });
  });
  const identity = await restored();
  if (identity !== null) await show(identity);
  button.disabled = false;
}

// The AuthClient of @dfinity/auth-client 3 and of @icp-sdk/auth up to 5.
export function legacy(client) {
  return {
    restored: async () => ((await client.isAuthenticated()) ? client.getIdentity() : null),
    signIn: (provider) =>
      new Promise((resolve, reject) => {
        client.login({
          identityProvider: provider,
          onSuccess: () => resolve(client.getIdentity()),
          onError: (text) => reject(new Error(text)),
        });
      }),
  };
}
