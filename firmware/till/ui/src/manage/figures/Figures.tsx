// The shift in pictures: when it sold, how it was paid, and what went best. Each can be read as a
// table instead, which a screen reader finds in any case.
import { useEffect, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { Key } from "../../parts/Key";
import { useKeys } from "../../parts/keys";
import { till } from "../../state/store";
import { money, number, quantity, say } from "../../text";
import { isUnknown, useRead } from "../read";
import { Screen } from "../Screen";
import type { ProductFigures, ShiftFigures } from "../shapes";
import { tenderName } from "../shift/ReportTables";
import { Told } from "../Told";
import { BarChart } from "./BarChart";
import { everyHour, fromReport, hourName } from "./figures";

const chartHeight = 210;
const mostProducts = 8;

interface Table {
  heads: string[];
  rows: [string, ...string[]][];
}

interface FigureProps {
  title: string;
  table: Table;
  asTable: boolean;
  test: string;
  wide?: boolean;
  children: ComponentChildren;
}

function Numbers({ title, table }: { title: string; table: Table }) {
  return (
    <table class="report-table" aria-label={title}>
      <thead>
        <tr>
          {table.heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map(([first, ...cells]) => (
          <tr key={first}>
            <th scope="row">{first}</th>
            {cells.map((cell, at) => (
              <td key={at}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Figure({ title, table, asTable, test, wide, children }: FigureProps) {
  return (
    <figure class={`figure ${wide ? "figure-wide" : ""}`} data-test={test}>
      <figcaption>{title}</figcaption>
      {!asTable && children}
      <div class={asTable ? "" : "unseen"}>
        <Numbers title={title} table={table} />
      </div>
    </figure>
  );
}

function Hours({ figures, asTable }: { figures: ShiftFigures; asTable: boolean }) {
  const hours = everyHour(figures.hours);
  if (hours.length === 0) return null;
  return (
    <Figure
      title={say("sales_by_hour")}
      asTable={asTable}
      test="figure-hours"
      wide
      table={{
        heads: [say("hour"), say("sales_count"), say("takings")],
        rows: hours.map((hour) => [
          `${hourName(hour.hour)}:00`,
          number(hour.sales),
          money(hour.total_minor),
        ]),
      }}
    >
      <BarChart
        bars={hours.map((hour) => ({ name: hourName(hour.hour), value: hour.total_minor }))}
        write={money}
        height={chartHeight}
      />
    </Figure>
  );
}

function Tenders({ figures, asTable }: { figures: ShiftFigures; asTable: boolean }) {
  if (figures.tenders.length === 0) return null;
  return (
    <Figure
      title={say("payment_kinds")}
      asTable={asTable}
      test="figure-tenders"
      table={{
        heads: [say("report_kind"), say("amount")],
        rows: figures.tenders.map((one) => [tenderName(one.kind), money(one.amount_minor)]),
      }}
    >
      <BarChart
        bars={figures.tenders.map((one) => ({
          name: tenderName(one.kind),
          value: one.amount_minor,
        }))}
        write={money}
        height={chartHeight}
      />
    </Figure>
  );
}

function sold(product: ProductFigures) {
  return quantity(product.quantity_milli, product.by_weight ?? product.quantity_milli % 1000 !== 0);
}

function ProductBars({ products }: { products: ProductFigures[] }) {
  const most = Math.max(...products.map((product) => product.paid_minor), 1);
  return (
    <ol class="product-bars" aria-hidden="true">
      {products.map((product) => (
        <li key={product.code}>
          <span class="product-bar-name">{product.name}</span>
          <span class="product-bar-value">
            {money(product.paid_minor)} <span class="product-bar-sold">× {sold(product)}</span>
          </span>
          <span class="product-bar">
            <span style={{ width: `${Math.max((product.paid_minor / most) * 100, 0)}%` }} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function Products({ figures, asTable }: { figures: ShiftFigures; asTable: boolean }) {
  const products = figures.products.slice(0, mostProducts);
  if (products.length === 0) return null;
  return (
    <Figure
      title={say("top_products")}
      asTable={asTable}
      test="figure-products"
      table={{
        heads: [say("product"), say("sold_quantity"), say("takings")],
        rows: products.map((one) => [one.name, sold(one), money(one.paid_minor)]),
      }}
    >
      <ProductBars products={products} />
    </Figure>
  );
}

function Pictures({ figures, asTable }: { figures: ShiftFigures; asTable: boolean }) {
  const isEmpty = figures.hours.length + figures.tenders.length + figures.products.length === 0;
  if (isEmpty) return <p class="empty">{say("figures_empty")}</p>;
  return (
    <div class="figures">
      <Hours figures={figures} asTable={asTable} />
      <Tenders figures={figures} asTable={asTable} />
      <Products figures={figures} asTable={asTable} />
    </div>
  );
}

export default function Figures() {
  const [asTable, setAsTable] = useState(false);
  const [part, setPart] = useState<ShiftFigures | null>(null);
  const read = useRead<ShiftFigures>("/api/shift/figures", till.value?.shift);
  const isOld = read.refusal !== null && isUnknown(read.refusal);
  useEffect(() => {
    if (isOld) void fromReport().then(setPart);
  }, [isOld]);
  const turn = () => setAsTable((now) => !now);
  useKeys({ t: turn, T: turn, r: read.again, R: read.again });
  return (
    <Screen
      title={say("tab_figures")}
      keys={
        <>
          <Key act={turn} hint="T" test="as-table">
            {say(asTable ? "as_charts" : "as_table")}
          </Key>
          <Key act={read.again} hint="R" test="again">
            {say("look_again")}
          </Key>
        </>
      }
      test="figures"
    >
      {!till.value?.shift ? (
        <p class="empty">{say("figures_no_shift")}</p>
      ) : part ? (
        <>
          <p class="shift-hint">{say("figures_part")}</p>
          <Pictures figures={part} asTable={asTable} />
        </>
      ) : (
        <Told read={read}>{(figures) => <Pictures figures={figures} asTable={asTable} />}</Told>
      )}
    </Screen>
  );
}
