// The limits that canisters enforce, so that a form can say so before anything is sent. Lengths are bytes of UTF-8.

export const MESSAGE_BYTES_MAX = 5_000;
export const USERNAME_BYTES_MIN = 5;
export const USERNAME_BYTES_MAX = 25;
export const GROUP_NAME_BYTES_MIN = 4;
export const GROUP_NAME_BYTES_MAX = 25;
export const GROUP_DESCRIPTION_BYTES_MAX = 1_024;
export const GROUP_SEARCH_BYTES_MIN = 2;
export const GROUP_SEARCH_BYTES_MAX = 20;
export const USER_SEARCH_BYTES_MAX = 25;

const encoder = new TextEncoder();

export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** Whether a user name has a form that can be taken; whether it is free only the index knows. */
export function isUsernameWellFormed(name: string): boolean {
  return /^[A-Za-z0-9]+(_[A-Za-z0-9]+)*$/.test(name);
}

/** The longest beginning of `text` that fits into so many bytes. */
export function cutToBytes(text: string, bytesMax: number): string {
  let cut = text;
  while (byteLength(cut) > bytesMax) cut = [...cut].slice(0, -1).join("");
  return cut;
}
