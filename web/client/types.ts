// What views may know of the agent's answers; they import nothing from agent/ themselves.

export type {
  AddParticipantsResult,
  ChatEvent,
  ChatId,
  CreateGroupResult,
  CurrentUser,
  GroupMatch,
  GroupRole,
  JoinGroupResult,
  LeaveGroupResult,
  NewGroup,
  Participant,
  PublicGroup,
  RegisterResult,
  StoredIdentity,
  User,
  UserId,
  UsernameVerdict,
} from "../agent/api";
export { Failure, type FailureKind } from "../agent/failure";
