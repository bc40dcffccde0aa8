// What the screen knows: the till's state as it was told last, and what somebody is doing here.
import { computed, signal } from "@preact/signals";
import { ask, speak } from "../link/till";
import type { Catalogue, Person, Refusal, State } from "../link/shapes";
import { inAll, language, merchant } from "../text";

export const till = signal<State | null>(null);
// Whether the till is heard just now.
export const isLinked = signal(true);
export const catalogue = signal<Catalogue | null>(null);
// Who works here; null until it was told.
export const staff = signal<Person[] | null>(null);

export const person = computed(() => till.value?.signed_in ?? null);
export const basket = computed(() => till.value?.basket ?? null);
export const isManager = computed(() => person.value?.role === "manager");

// What the cashier is told about the last act; it waits for no answer.
export interface Notice {
  kind: "refused" | "done";
  text: string;
}
export const notice = signal<Notice | null>(null);

export function refuse(refusal: Refusal) {
  notice.value = { kind: "refused", text: refusal.detail };
}

export function tell(text: string) {
  notice.value = { kind: "done", text };
}

// An act that needs a manager waits for the PIN here, and is sent again with it.
export interface Waiting {
  sentence: string;
  // What it is; may be empty.
  what: string;
  go: (approval: { staff: string; pin: string }) => Promise<Refusal | null>;
}
export const waiting = signal<Waiting | null>(null);

export function take(next: State) {
  till.value = next;
  const locale = next.language ?? merchant.value.locale;
  const digits = next.currency_digits ?? (next.currency === "HUF" ? 0 : 2);
  const now = merchant.value;
  if (now.locale !== locale || now.currency !== next.currency || now.digits !== digits)
    merchant.value = { locale, currency: next.currency, digits };
}

// The shop's data come anew now and then.
export async function learnCatalogue() {
  const answer = await ask<Catalogue>("/api/products");
  if (answer.ok) catalogue.value = answer.value;
}

export async function learnStaff() {
  const answer = await ask<{ staff: Person[] }>("/api/staff");
  if (answer.ok) staff.value = answer.value.staff;
}

export async function look() {
  const answer = await ask<State>("/api/till");
  if (answer.ok) take(answer.value);
  return answer.ok;
}

speak(language.value, inAll("till_unreachable"));
language.subscribe((to) => {
  speak(to, inAll("till_unreachable"));
  document.documentElement.lang = to;
});
