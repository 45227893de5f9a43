// The identities that live in this browser, and which of them has an open session. Key pairs are stored as the
// browser's own objects: they can be used, not read.

import type { StoredIdentity } from "./api";

const DATABASE = "parley-identities";
const SCHEMA_VERSION = 1;
const IDENTITIES = "identities";
const SESSION = "session";
const CURRENT = "current";

type IdentityRecord = StoredIdentity & { keyPair: CryptoKeyPair };

export class IdentityStore {
  #database: Promise<IDBDatabase> | null = null;

  async list(): Promise<StoredIdentity[]> {
    const records = await this.#run<IdentityRecord[]>(IDENTITIES, "readonly", (store) => store.getAll());
    return records
      .map(({ principal, username, createdAt }) => ({ principal, username, createdAt }))
      .sort((a, b) => a.createdAt - b.createdAt);
  }

  async keyPair(principal: string): Promise<CryptoKeyPair | null> {
    const record = await this.#get(principal);
    return record?.keyPair ?? null;
  }

  async add(principal: string, keyPair: CryptoKeyPair): Promise<void> {
    await this.#put({ principal, keyPair, username: null, createdAt: Date.now() });
  }

  async rename(principal: string, username: string): Promise<void> {
    const record = await this.#get(principal);
    if (record) await this.#put({ ...record, username });
  }

  async remove(principal: string): Promise<void> {
    await this.#run(IDENTITIES, "readwrite", (store) => store.delete(principal));
  }

  /** The principal whose session is open, or null. */
  async current(): Promise<string | null> {
    return (await this.#run<string | undefined>(SESSION, "readonly", (store) => store.get(CURRENT))) ?? null;
  }

  async setCurrent(principal: string | null): Promise<void> {
    await this.#run(SESSION, "readwrite", (store) =>
      principal === null ? store.delete(CURRENT) : store.put(principal, CURRENT),
    );
  }

  #get(principal: string): Promise<IdentityRecord | undefined> {
    return this.#run(IDENTITIES, "readonly", (store) => store.get(principal));
  }

  #put(record: IdentityRecord): Promise<unknown> {
    return this.#run(IDENTITIES, "readwrite", (store) => store.put(record));
  }

  async #run<T>(
    storeName: string,
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => IDBRequest<T> | IDBRequest,
  ): Promise<T> {
    this.#database ??= openDatabase();
    const transaction = (await this.#database).transaction(storeName, mode);
    const request = work(transaction.objectStore(storeName));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result as T);
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, SCHEMA_VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(IDENTITIES, { keyPath: "principal" });
      request.result.createObjectStore(SESSION);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
