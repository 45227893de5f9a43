// Where in the app somebody is, kept in the address after `#` so that Back works:
//
//   #/                    the chat list
//   #/new  #/new-group  #/discover  #/settings      a panel in place of the list
//   #/chat/<id>           a chat;  #/chat/<id>/details   who is in it
//
// On a wide page a panel and a chat are side by side, so going to one keeps the other. On a phone only the last one is
// shown: `front` says which.

export type Panel = "chats" | "new" | "new-group" | "discover" | "settings";

const PANELS: readonly string[] = ["new", "new-group", "discover", "settings"] satisfies Panel[];

type Place = { panel: Panel; chatId: string | null; areDetailsOpen: boolean; front: "panel" | "chat" };

const START: Place = { panel: "chats", chatId: null, areDetailsOpen: false, front: "panel" };

export const place = $state<Place>({ ...START });

export function startRouter(): () => void {
  const follow = () => Object.assign(place, placeAfter(place, location.hash));
  follow();
  addEventListener("hashchange", follow);
  return () => removeEventListener("hashchange", follow);
}

export function placeAfter(before: Place, hash: string): Place {
  const [name = "", id, details] = hash.replace(/^#\/?/, "").split("/");
  if (name === "chat" && id) {
    return { ...before, chatId: decodeURIComponent(id), areDetailsOpen: details === "details", front: "chat" };
  }
  return { ...before, panel: PANELS.includes(name) ? (name as Panel) : "chats", front: "panel" };
}

export function goTo(path: string): void {
  location.hash = `#/${path}`;
}

export function goToChat(chatId: string): void {
  goTo(`chat/${encodeURIComponent(chatId)}`);
}

/** Open a chat from a panel that has done its job: the list comes back beside it. */
export function leavePanelFor(chatId: string): void {
  place.panel = "chats";
  goToChat(chatId);
}

export function goToList(): void {
  place.chatId = null;
  place.areDetailsOpen = false;
  goTo("");
}

/** Forget where the last person was. */
export function resetPlace(): void {
  Object.assign(place, START);
  history.replaceState(null, "", "#/");
}
