// The cashier's screen: on the left what to do next, on the right the basket.
import type { ComponentChildren } from "preact";
import { NoticeLine } from "../parts/Notice";
import { go, place } from "../state/place";
import { till } from "../state/store";
import { Cart } from "./Cart";
import { Change } from "./Change";
import { CouponPanel, MemberPanel } from "./Customer";
import { NetworkPanel } from "./Network";
import { OpenShift } from "./OpenShift";
import { PapersPanel } from "./Papers";
import { ParkedPanel } from "./Parked";
import { Pay } from "./Pay";
import { PricePanel } from "./Price";
import { Products } from "./Products";
import { ReceiptPanel, ReceiptsPanel } from "./Receipts";
import { Weight } from "./Weight";

const panels: Record<string, () => ComponentChildren> = {
  sell: () => <Products />,
  pay: () => <Pay />,
  sold: () => <Change />,
  member: () => <MemberPanel />,
  coupon: () => <CouponPanel />,
  parked: () => <ParkedPanel />,
  receipts: () => <ReceiptsPanel />,
  receipt: () => <ReceiptPanel key={place.value.detail} receipt={Number(place.value.detail)} />,
  papers: () => <PapersPanel />,
  network: () => <NetworkPanel />,
  price: () => <PricePanel line={Number(place.value.detail)} />,
  weight: () => <Weight code={place.value.detail} />,
};

function isPossible(name: string) {
  return name in panels;
}

export function SellScreen() {
  const now = till.value;
  if (!now) return null;
  if (!isPossible(place.value.name)) go("sell");
  const needsShift = now.shift === null && !["papers", "network"].includes(place.value.name);
  return (
    <main class="screen sell">
      <section class="left">
        <NoticeLine />
        {needsShift ? <OpenShift /> : panels[place.value.name]?.()}
      </section>
      <Cart />
    </main>
  );
}
