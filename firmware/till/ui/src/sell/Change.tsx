// What the customer gets back, large, until the next one comes.
import { useEffect } from "preact/hooks";
import { Key } from "../parts/Key";
import { useKeys } from "../parts/keys";
import { go } from "../state/place";
import { basket } from "../state/store";
import { money, number, say } from "../text";
import { lastSale } from "./last";

export function Change() {
  const sale = lastSale.value;
  const next = () => go("sell");
  useKeys({ Enter: next, Escape: next, " ": next });
  const hasBegun = (basket.value?.lines.length ?? 0) > 0;
  useEffect(() => {
    if (hasBegun || !sale) next();
  }, [hasBegun, sale]);
  if (!sale) return null;
  return (
    <div class="panel sold" data-test="sold">
      <h1 class="sold-what">{say(sale.practice ? "trained" : "sold")}</h1>
      <p class="sold-label">{say(sale.change_minor > 0 ? "change" : "no_change")}</p>
      {sale.change_minor > 0 && (
        <p class="sold-change" data-test="change">
          {money(sale.change_minor)}
        </p>
      )}
      <p class="sold-more">
        {say("total")} {money(sale.total_minor)}
        {sale.receipt !== null && ` · ${say("receipt_number", { number: sale.receipt })}`}
      </p>
      {sale.points !== null && (
        <p class="sold-more">{say("new_points", { count: number(sale.points) })}</p>
      )}
      <Key kind="main" act={next} hint="Enter" class="wide" test="next">
        {say("next_customer")}
      </Key>
    </div>
  );
}
