// What the agent can do for the client, in the client's words: ids are text, times are milliseconds, optional values
// are null, and each variant of a canister's answer is one case of a union. The client sees the network only through
// `ChatAgent`, so tests give it another one.

export type UserId = string;
export type ChatId = string;
/** 64 random bits chosen by the sender, in decimal; sending the same one twice stores one message. */
export type MessageId = string;

export type AgentConfig = {
  /** Where the network's interface is, such as `http://localhost:8080`. */
  host: string;
  isDevelopment: boolean;
  userIndex: string;
  groupIndex: string;
  notifications: string;
};

export type StoredIdentity = { principal: string; username: string | null; createdAt: number };

export type ReplyContext = { eventIndex: number; chatId: ChatId | null };
export type Message = {
  messageIndex: number;
  messageId: MessageId;
  sender: UserId;
  text: string;
  repliesTo: ReplyContext | null;
  isForwarded: boolean;
};
export type ChatEvent =
  | { kind: "message"; message: Message }
  | { kind: "directChatCreated" }
  | { kind: "groupChatCreated"; name: string; createdBy: UserId }
  | { kind: "participantsAdded"; userIds: UserId[]; addedBy: UserId }
  | { kind: "participantJoined"; userId: UserId }
  | { kind: "participantLeft"; userId: UserId };
export type EventWrapper = { index: number; timestamp: number; event: ChatEvent };
export type EventsPage = { events: EventWrapper[]; affectedEvents: EventWrapper[]; latestEventIndex: number };
export type EventsRange = { startIndex: number; ascending: boolean; eventsMax: number; latestKnown: number | null };
export type EventsResult =
  | { kind: "success"; page: EventsPage }
  | { kind: "notFound" }
  | { kind: "replicaNotUpToDate"; latestEventIndex: number };

export type CurrentUser = { userId: UserId; username: string; dateCreated: number };
export type User = { userId: UserId; username: string };
export type UsernameVerdict =
  | { kind: "success" }
  | { kind: "taken" }
  | { kind: "invalid" }
  | { kind: "tooShort"; bytesMin: number }
  | { kind: "tooLong"; bytesMax: number };
export type RegisterResult =
  | { kind: "success"; userId: UserId }
  | { kind: "alreadyRegistered" }
  | { kind: "userLimitReached"; limit: number }
  | { kind: "cyclesBalanceTooLow" }
  | { kind: "internalError"; text: string }
  | Exclude<UsernameVerdict, { kind: "success" }>;

export type DirectChatSummary = {
  them: UserId;
  dateCreated: number;
  latestMessage: EventWrapper;
  latestEventIndex: number;
  readByMeUpTo: number | null;
  readByThemUpTo: number | null;
  confirmedUpTo: number | null;
  hasDeliveryFailed: boolean;
  lastUpdated: number;
};
export type JoinedGroup = { chatId: ChatId; dateJoined: number; readByMeUpTo: number | null };
export type InitialState = {
  timestamp: number;
  directChats: DirectChatSummary[];
  groups: JoinedGroup[];
  blockedUsers: UserId[];
};
export type Updates = {
  timestamp: number;
  directChatsChanged: DirectChatSummary[];
  groupsChanged: JoinedGroup[];
  chatsRemoved: ChatId[];
  blockedUsers: UserId[] | null;
};

export type OutgoingMessage = { messageId: MessageId; senderName: string; text: string; repliesTo: number | null };
export type SentMessage = { eventIndex: number; messageIndex: number; timestamp: number };
export type SendResult =
  | { kind: "success"; sent: SentMessage }
  | { kind: "messageEmpty" }
  | { kind: "textTooLong"; bytesMax: number }
  | { kind: "recipientBlocked" }
  | { kind: "recipientNotFound" }
  | { kind: "notAuthorized" }
  | { kind: "notInGroup" }
  | { kind: "invalidRequest"; text: string }
  | { kind: "internalError"; text: string };

export type NewGroup = { name: string; description: string; isPublic: boolean; historyVisibleToNewJoiners: boolean };
export type CreateGroupResult =
  | { kind: "success"; chatId: ChatId }
  | { kind: "nameTooShort"; bytesMin: number }
  | { kind: "nameTooLong"; bytesMax: number }
  | { kind: "nameReserved" }
  | { kind: "nameTaken" }
  | { kind: "descriptionTooLong"; bytesMax: number }
  | { kind: "maxGroupsCreated"; limit: number }
  | { kind: "internalError"; text: string };
export type JoinGroupResult =
  | { kind: "success" }
  | { kind: "alreadyInGroup" }
  | { kind: "groupNotFound" }
  | { kind: "groupNotPublic" }
  | { kind: "participantLimitReached"; limit: number }
  | { kind: "internalError"; text: string };
export type LeaveGroupResult =
  | { kind: "success" }
  | { kind: "ownerCannotLeave" }
  | { kind: "notInGroup" }
  | { kind: "internalError"; text: string };

export type GroupRole = "owner" | "admin" | "participant";
export type Participant = { userId: UserId; dateAdded: number; role: GroupRole };
export type GroupDetails = { latestEventIndex: number; participants: Participant[] };
export type GroupSummary = {
  chatId: ChatId;
  name: string;
  description: string;
  isPublic: boolean;
  historyVisibleToNewJoiners: boolean;
  minVisibleEventIndex: number;
  minVisibleMessageIndex: number;
  latestMessage: EventWrapper | null;
  latestEventIndex: number;
  latestMessageIndex: number | null;
  dateJoined: number;
  participantCount: number;
  role: GroupRole;
  lastUpdated: number;
};
export type GroupSummaryResult =
  | { kind: "success"; summary: GroupSummary }
  | { kind: "noUpdates" }
  | { kind: "notInGroup" };
export type PublicGroup = {
  chatId: ChatId;
  name: string;
  description: string;
  participantCount: number;
  latestMessage: EventWrapper | null;
};
export type GroupMatch = { chatId: ChatId; name: string; description: string };
export type GroupSearchResult =
  | { kind: "success"; matches: GroupMatch[] }
  | { kind: "termTooShort"; bytesMin: number }
  | { kind: "termTooLong"; bytesMax: number };
export type AddParticipantsResult =
  | { kind: "success" }
  | { kind: "partialSuccess"; added: UserId[]; alreadyInGroup: UserId[]; blocked: UserId[]; failed: UserId[] }
  | { kind: "failed"; alreadyInGroup: UserId[]; blocked: UserId[]; failed: UserId[] }
  | { kind: "notInGroup" }
  | { kind: "notAuthorized" }
  | { kind: "participantLimitReached"; limit: number }
  | { kind: "invalidRequest"; text: string };

export type PushSubscriptionInfo = { endpoint: string; p256dh: string; auth: string };
export type PushSubscriptionResult =
  | { kind: "success" }
  | { kind: "userNotFound" }
  | { kind: "invalidRequest"; text: string }
  | { kind: "internalError"; text: string };

/** Every method may throw a `Failure` (see failure.ts). */
export interface ChatAgent {
  configure(config: AgentConfig): Promise<void>;

  // Who is asking.
  identities(): Promise<StoredIdentity[]>;
  /** The principal of the session that was open when this browser was last used, or null. */
  resumeSession(): Promise<string | null>;
  /** Open a session as a stored identity, or as a new one; answers the principal. */
  signIn(principal: string | null): Promise<string>;
  signOut(): Promise<void>;
  /** Remember whose name goes with the identity of this session, so that the sign-in page can offer it. */
  rememberUsername(username: string): Promise<void>;
  forgetIdentity(principal: string): Promise<void>;

  // user_index
  currentUser(): Promise<CurrentUser | null>;
  checkUsername(username: string): Promise<UsernameVerdict>;
  registerUser(username: string): Promise<RegisterResult>;
  user(userId: UserId): Promise<User | null>;
  /** Those of `userIds` whose record changed after `updatedSince`, and the time to ask with next. */
  users(userIds: UserId[], updatedSince: number): Promise<{ users: User[]; timestamp: number }>;
  searchUsers(term: string, resultsMax: number): Promise<User[]>;

  // user: the canister of the person themselves
  initialState(me: UserId): Promise<InitialState>;
  updates(me: UserId, since: number): Promise<Updates | null>;
  directEvents(me: UserId, them: UserId, range: EventsRange): Promise<EventsResult>;
  sendDirectMessage(me: UserId, them: UserId, message: OutgoingMessage): Promise<SendResult>;
  markRead(me: UserId, marks: { chatId: ChatId; readUpTo: number }[]): Promise<void>;
  blockUser(me: UserId, userId: UserId, isBlocked: boolean): Promise<void>;
  createGroup(me: UserId, group: NewGroup): Promise<CreateGroupResult>;
  joinGroup(me: UserId, chatId: ChatId): Promise<JoinGroupResult>;
  leaveGroup(me: UserId, chatId: ChatId): Promise<LeaveGroupResult>;

  // group and group_index
  groupSummary(chatId: ChatId): Promise<GroupSummaryResult>;
  groupSummaryUpdates(chatId: ChatId, since: number): Promise<GroupSummaryResult>;
  groupDetails(chatId: ChatId): Promise<GroupDetails | null>;
  groupEvents(chatId: ChatId, range: EventsRange): Promise<EventsResult>;
  sendGroupMessage(chatId: ChatId, message: OutgoingMessage): Promise<SendResult>;
  addParticipants(chatId: ChatId, userIds: UserId[], addedByName: string): Promise<AddParticipantsResult>;
  publicGroup(chatId: ChatId): Promise<PublicGroup | null>;
  searchGroups(term: string, resultsMax: number): Promise<GroupSearchResult>;

  // notifications
  pushSubscriptionExists(p256dh: string): Promise<boolean>;
  addPushSubscription(subscription: PushSubscriptionInfo): Promise<PushSubscriptionResult>;
  removePushSubscription(p256dh: string): Promise<void>;
}
