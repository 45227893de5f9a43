// Tells the client what only the page knows: whether it is looked at, and whether there is a network.

import type { Session } from "../../client/session";

export function connectPage(session: Session): () => void {
  const tellVisibility = () => session.setVisible(!document.hidden);
  const tellNetwork = () => session.setBrowserOnline(navigator.onLine);
  const flush = () => session.setVisible(false);

  tellVisibility();
  tellNetwork();
  document.addEventListener("visibilitychange", tellVisibility);
  addEventListener("online", tellNetwork);
  addEventListener("offline", tellNetwork);
  addEventListener("pagehide", flush);
  return () => {
    document.removeEventListener("visibilitychange", tellVisibility);
    removeEventListener("online", tellNetwork);
    removeEventListener("offline", tellNetwork);
    removeEventListener("pagehide", flush);
  };
}

/** Somebody is looking at the page: it is visible and has the focus. */
export function isAttended(): boolean {
  return !document.hidden && document.hasFocus();
}
