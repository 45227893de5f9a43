// What canisters' refusals mean, in sentences. A sentence says what to do if there is anything to do.

import type { SendRefusal } from "../client/model/outgoing";
import {
  type AddParticipantsResult,
  type CreateGroupResult,
  Failure,
  type JoinGroupResult,
  type LeaveGroupResult,
  type RegisterResult,
  type UserId,
  type UsernameVerdict,
} from "../client/types";

type Refusal<Result extends { kind: string }> = Exclude<Result, { kind: "success" }>;

export function usernameText(verdict: Refusal<UsernameVerdict>): string {
  switch (verdict.kind) {
    case "taken":
      return "Somebody has this name already.";
    case "invalid":
      return "Only letters, digits and single underscores between them.";
    case "tooShort":
      return `At least ${verdict.bytesMin} characters.`;
    case "tooLong":
      return `At most ${verdict.bytesMax} characters.`;
  }
}

export function registerText(result: Refusal<RegisterResult>): string {
  switch (result.kind) {
    case "alreadyRegistered":
      return "This identity has a canister already.";
    case "userLimitReached":
      return `Parley is full: ${result.limit} people have a canister.`;
    case "cyclesBalanceTooLow":
      return "The index has no cycles left to make a canister with.";
    case "internalError":
      return `The canister could not be made: ${result.text}`;
    default:
      return usernameText(result);
  }
}

export function sendText(refusal: SendRefusal): string {
  switch (refusal.kind) {
    case "messageEmpty":
      return "There is nothing in it.";
    case "textTooLong":
      return `It is too long: at most ${refusal.bytesMax} bytes.`;
    case "recipientBlocked":
      return "You have blocked this person.";
    case "recipientNotFound":
      return "This person does not exist.";
    case "notAuthorized":
      return "You may not write here.";
    case "notInGroup":
      return "You are not in this group.";
    case "invalidRequest":
    case "internalError":
      return refusal.text;
    case "failure":
      return refusal.failure === "reject"
        ? `The canister refused it: ${firstLine(refusal.text)}`
        : firstLine(refusal.text);
  }
}

export function createGroupText(result: Refusal<CreateGroupResult>): string {
  switch (result.kind) {
    case "nameTooShort":
      return `The name needs at least ${result.bytesMin} characters.`;
    case "nameTooLong":
      return `The name may have at most ${result.bytesMax} characters.`;
    case "nameReserved":
      return "This name is reserved. Choose another one.";
    case "nameTaken":
      return "A public group has this name already.";
    case "descriptionTooLong":
      return `The description may have at most ${result.bytesMax} characters.`;
    case "maxGroupsCreated":
      return `You have created ${result.limit} groups, which is as many as one person can.`;
    case "internalError":
      return `The group could not be made: ${result.text}`;
  }
}

export function joinGroupText(result: Refusal<JoinGroupResult>): string {
  switch (result.kind) {
    case "alreadyInGroup":
      return "You are in this group already.";
    case "groupNotFound":
      return "This group does not exist any more.";
    case "groupNotPublic":
      return "This group is private: somebody in it has to add you.";
    case "participantLimitReached":
      return `The group is full: it has ${result.limit} members.`;
    case "internalError":
      return `Joining did not work: ${result.text}`;
  }
}

export function leaveGroupText(result: Refusal<LeaveGroupResult>): string {
  switch (result.kind) {
    case "ownerCannotLeave":
      return "You own this group, and a group cannot be without an owner.";
    case "notInGroup":
      return "You are not in this group any more.";
    case "internalError":
      return `Leaving did not work: ${result.text}`;
  }
}

/** Null if everybody was added. */
export function addParticipantsText(result: AddParticipantsResult, nameOf: (userId: UserId) => string): string | null {
  switch (result.kind) {
    case "success":
      return null;
    case "notInGroup":
      return "You are not in this group.";
    case "notAuthorized":
      return "You may not add people to this group.";
    case "participantLimitReached":
      return `The group is full: it has ${result.limit} members.`;
    case "invalidRequest":
      return result.text;
    default:
      return notAddedText(result, nameOf);
  }
}

type NotAdded = { alreadyInGroup: UserId[]; blocked: UserId[]; failed: UserId[] };

function notAddedText({ alreadyInGroup, blocked, failed }: NotAdded, nameOf: (userId: UserId) => string): string {
  const names = (ids: UserId[]) => ids.map(nameOf).join(", ");
  const sentences = [
    alreadyInGroup.length > 0 ? `Already in the group: ${names(alreadyInGroup)}.` : "",
    blocked.length > 0 ? `Do not want to be added by you: ${names(blocked)}.` : "",
    failed.length > 0 ? `Could not be reached: ${names(failed)}.` : "",
  ];
  return sentences.filter(Boolean).join(" ");
}

export function failureText(error: unknown): string {
  if (!(error instanceof Failure)) return error instanceof Error ? error.message : String(error);
  if (error.kind === "transport") return "The network cannot be reached. Try again in a moment.";
  if (error.kind === "trust")
    return "An answer carried a wrong signature, so it was not believed. Load the page again.";
  return firstLine(error.message);
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? text;
}
