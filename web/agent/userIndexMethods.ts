// The user_index canister: who exists.

import type * as candid from "../generated/user_index.did";
import type { ChatAgent, User, UsernameVerdict } from "./api";
import { milliseconds, principalFrom } from "./mapping";
import type { Network } from "./network";

type UserIndexMethods = Pick<
  ChatAgent,
  "currentUser" | "checkUsername" | "registerUser" | "user" | "users" | "searchUsers"
>;

export function userIndexMethods(network: Network): UserIndexMethods {
  return {
    currentUser: async () => {
      const result = await (await network.userIndex()).current_user();
      if (!("Success" in result)) return null;
      const { user_id, username, date_created } = result.Success;
      return { userId: user_id.toText(), username, dateCreated: milliseconds(date_created) };
    },

    checkUsername: async (username) => {
      const result = await (await network.userIndex()).check_username({ username });
      return "Success" in result ? { kind: "success" } : usernameRefusal(result);
    },

    registerUser: async (username) => {
      const result = await (await network.userIndex()).register_user({ username });
      if ("Success" in result) return { kind: "success", userId: result.Success.user_id.toText() };
      if ("AlreadyRegistered" in result) return { kind: "alreadyRegistered" };
      if ("UserLimitReached" in result) return { kind: "userLimitReached", limit: result.UserLimitReached };
      if ("CyclesBalanceTooLow" in result) return { kind: "cyclesBalanceTooLow" };
      if ("InternalError" in result) return { kind: "internalError", text: result.InternalError };
      return usernameRefusal(result);
    },

    user: async (userId) => {
      const result = await (await network.userIndex()).user({ user_id: [principalFrom(userId)], username: [] });
      return "Success" in result ? userFrom(result.Success) : null;
    },

    users: async (userIds, updatedSince) => {
      const group = { users: userIds.map(principalFrom), updated_since: BigInt(updatedSince) };
      const { Success: found } = await (await network.userIndex()).users({ user_groups: [group] });
      return { users: found.users.map(userFrom), timestamp: milliseconds(found.timestamp) };
    },

    searchUsers: async (term, resultsMax) => {
      const args = { search_term: term, max_results: resultsMax };
      const { Success: found } = await (await network.userIndex()).search(args);
      return found.users.map(userFrom);
    },
  };
}

type UsernameRefusal = Exclude<candid.CheckUsernameResult, { Success: null }>;

function usernameRefusal(result: UsernameRefusal): Exclude<UsernameVerdict, { kind: "success" }> {
  if ("UsernameTaken" in result) return { kind: "taken" };
  if ("UsernameInvalid" in result) return { kind: "invalid" };
  if ("UsernameTooShort" in result) return { kind: "tooShort", bytesMin: result.UsernameTooShort.min_length };
  return { kind: "tooLong", bytesMax: result.UsernameTooLong.max_length };
}

function userFrom(user: candid.UserSummary): User {
  return { userId: user.user_id.toText(), username: user.username };
}
