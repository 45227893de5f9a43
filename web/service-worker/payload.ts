// What a push says, as the canisters write it, and what is shown of it.

export type PushPayload =
  | { type: "direct_message"; sender: string; sender_name: string; chat_id: string; text: string; timestamp: number }
  | {
      type: "group_message";
      chat_id: string;
      group_name: string;
      sender: string;
      sender_name: string;
      text: string;
      timestamp: number;
    }
  | { type: "added_to_group"; chat_id: string; group_name: string; added_by_name: string; timestamp: number };

export type ShownNotification = { title: string; body: string; chatId: string };

/** Null if the bytes are not a notification of ours. */
export function notificationOf(json: unknown): ShownNotification | null {
  if (typeof json !== "object" || json === null || !("type" in json)) return null;
  const payload = json as PushPayload;
  const chatId = payload.chat_id;
  switch (payload.type) {
    case "direct_message":
      return { chatId, title: payload.sender_name, body: payload.text };
    case "group_message":
      return { chatId, title: payload.group_name, body: `${payload.sender_name}: ${payload.text}` };
    case "added_to_group":
      return { chatId, title: payload.group_name, body: `${payload.added_by_name} added you to the group` };
    default:
      return null;
  }
}
