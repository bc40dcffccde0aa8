// A heading with keys beside it, and what stands below and may be longer than the screen.
import type { ComponentChildren } from "preact";
import { go, place } from "../state/place";
import { Key } from "../parts/Key";
import { say } from "../text";

interface Props {
  title: string;
  children: ComponentChildren;
  keys?: ComponentChildren;
  test: string;
}

export function Screen({ title, children, keys, test }: Props) {
  return (
    <div class="manage-screen" data-test={test}>
      <div class="manage-head">
        <h1>{title}</h1>
        {keys && <div class="manage-keys">{keys}</div>}
      </div>
      <div class="manage-content" tabIndex={0} role="region" aria-label={title}>
        {children}
      </div>
    </div>
  );
}

// One below a tab's own; the key leads back there, as Escape does.
export function DeepScreen({ keys, ...rest }: Props) {
  const up = place.value.detail.split("/")[0] ?? "";
  return (
    <Screen
      {...rest}
      keys={
        <>
          {keys}
          <Key act={() => go("manager", up)} hint="Esc" test="back">
            {say("back")}
          </Key>
        </>
      }
    />
  );
}
