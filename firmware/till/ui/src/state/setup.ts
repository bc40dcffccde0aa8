// Whether this till has yet to be set up, and how far that is.
import { signal } from "@preact/signals";
import { ask } from "../link/till";

export interface SetupState {
  needed: boolean;
  state?: "needed" | "working" | "failed" | "waiting_for_data" | "done";
  // What this till is called, once the centre has said so.
  terminal?: string;
  // Why it failed, in the language that was asked for.
  detail?: string;
}

export const setup = signal<SetupState>({ needed: false });

export async function lookAtSetup() {
  const answer = await ask<SetupState>("/api/setup");
  if (answer.ok) setup.value = answer.value;
  return answer.ok;
}
