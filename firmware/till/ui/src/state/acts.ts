// What somebody does at the till: sent once however often it is pressed, refused in words, allowed
// by a manager where one is needed.
import type { Refusal, State } from "../link/shapes";
import { newKey, write, type Answer } from "../link/till";
import { say } from "../text";
import { practises } from "./practice";
import { notice, person, refuse, take, waiting } from "./store";

type Method = "POST" | "PUT" | "DELETE";

// Whether one may ask again with a manager's PIN.
const needsManager = "MANAGER_NEEDED";
const unreachable = "TILL_UNREACHABLE";

// What a manager is asked to allow, and whether it still is what was asked for.
export interface Wish {
  what: string;
  isStill: () => boolean;
}

// What may be done in practice: all else would count.
const practised =
  /^\/api\/(basket|scan|training|session|parked|papers|board|journal|shift\/report)/;

// The key of what was not answered: done again, it is the same act.
const keys = new Map<string, string>();
const underWay = new Map<string, Promise<Answer<unknown>>>();

async function send<T>(method: Method, path: string, body?: object): Promise<Answer<T>> {
  const called = `${method} ${path} ${JSON.stringify(body)}`;
  const key = keys.get(called) ?? newKey();
  keys.delete(called);
  const answer = await write<T>(method, path, body, key);
  if (!answer.ok && answer.refusal.error_code === unreachable) keys.set(called, key);
  return answer;
}

// An act on the basket: its answer is the new state. Each press is one more.
export async function edit(
  method: Method,
  path: string,
  body?: object,
  wish?: Wish,
): Promise<Answer<State>> {
  const answer = await asked<State>(method, path, body, wish);
  if (answer.ok) take(answer.value);
  return answer;
}

// Any other act. Pressed again before it was answered, it is the same one.
export function act<T>(method: Method, path: string, body?: object): Promise<Answer<T>> {
  const called = `${method} ${path} ${JSON.stringify(body)}`;
  const before = underWay.get(called);
  if (before) return before as Promise<Answer<T>>;
  const answer = asked<T>(method, path, body).finally(() => underWay.delete(called));
  underWay.set(called, answer);
  return answer;
}

async function asked<T>(
  method: Method,
  path: string,
  body?: object,
  wish?: Wish,
): Promise<Answer<T>> {
  if (practises.value && !practised.test(path)) return refused(say("not_in_practice"));
  const answer = await send<T>(method, path, body);
  if (answer.ok) {
    notice.value = null;
    return answer;
  }
  if (answer.refusal.error_code !== needsManager) {
    refuse(answer.refusal);
    return answer;
  }
  if (waiting.value) return refused(say("approval_first"));
  return approved<T>(method, path, body, answer.refusal, wish);
}

function refused<T>(detail: string): Answer<T> {
  const refusal = { detail, error_code: "NOT_NOW" };
  refuse(refusal);
  return { ok: false, refusal };
}

function approved<T>(
  method: Method,
  path: string,
  body: object | undefined,
  refusal: Refusal,
  wish?: Wish,
) {
  // What is typed from here on is a PIN, and goes into no field.
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  return new Promise<Answer<T>>((resolve) => {
    waiting.value = {
      sentence: refusal.detail,
      what: wish?.what ?? "",
      go: async (approval) => {
        if (wish && !wish.isStill()) return { ...refusal, detail: say("approval_changed") };
        const answer = await send<T>(method, path, { ...body, approval });
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

// Who asked is gone: nobody else's act is allowed by what was asked for.
let askedBy = person.value?.staff;
person.subscribe((now) => {
  if (now?.staff === askedBy) return;
  askedBy = now?.staff;
  waiting.value = null;
});
