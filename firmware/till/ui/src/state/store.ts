// What the screen knows: the till's state as it was told last, and what somebody is doing here.
import { computed, signal } from "@preact/signals";
import { ask, speak, write, type Answer } from "../link/till";
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

// A sale that needs a manager waits for the PIN here, and is sent again with it.
export interface Waiting {
  sentence: string;
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

type Method = "POST" | "PUT" | "DELETE";

// Whether one may ask again with a manager's PIN.
const needsManager = "MANAGER_NEEDED";

// An act on the basket: its answer is the new state.
export async function edit(method: Method, path: string, body?: object): Promise<Answer<State>> {
  const answer = await act<State>(method, path, body);
  if (answer.ok) take(answer.value);
  return answer;
}

// A write that says what is wrong where it is refused, and asks a manager where one is needed.
export async function act<T>(method: Method, path: string, body?: object): Promise<Answer<T>> {
  const answer = await write<T>(method, path, body);
  if (answer.ok) {
    notice.value = null;
    return answer;
  }
  if (answer.refusal.error_code !== needsManager) {
    refuse(answer.refusal);
    return answer;
  }
  return approved<T>(method, path, body, answer.refusal);
}

function approved<T>(method: Method, path: string, body: object | undefined, refusal: Refusal) {
  // What is typed from here on is a PIN, and goes into no field.
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  return new Promise<Answer<T>>((resolve) => {
    waiting.value = {
      sentence: refusal.detail,
      go: async (approval) => {
        const answer = await write<T>(method, path, { ...body, approval });
        if (!answer.ok) return answer.refusal;
        // Before the panel goes, which would tell that nobody allowed it.
        resolve(answer);
        waiting.value = null;
        notice.value = null;
        return null;
      },
    };
    const stop = waiting.subscribe((still) => {
      if (still) return;
      queueMicrotask(() => stop());
      resolve({ ok: false, refusal });
    });
  });
}
