// What takes the place of the product keys for a while; Escape leads back. It covers no scan.
import type { ComponentChildren } from "preact";
import { go } from "../state/place";
import { say } from "../text";
import { Key } from "./Key";
import { useKeys } from "./keys";

interface Props {
  title: string;
  children: ComponentChildren;
  back?: () => void;
  test?: string;
}

export function Panel({ title, children, back = () => go("sell"), test }: Props) {
  useKeys({ Escape: back });
  return (
    <div class="panel" data-test={test}>
      <div class="panel-head">
        <h1>{title}</h1>
        <Key act={back} hint="Esc" test="back">
          {say("back")}
        </Key>
      </div>
      <div class="panel-body">{children}</div>
    </div>
  );
}
