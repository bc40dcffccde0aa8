// An X or a Z report as tables: what was sold, how it was paid, the taxes in it, and the drawer.
import type { ComponentChildren } from "preact";
import { isName, money, number, say } from "../../text";
import type { Report } from "../shapes";

export function tenderName(kind: string) {
  return isName(kind) ? say(kind) : kind;
}

// What goes out; nothing is no minus nothing.
function out(minor: number) {
  return money(minor === 0 ? 0 : -minor);
}

// By how much the drawer is not as it should be, in words.
export function differenceWords(minor: number) {
  if (minor === 0) return say("matches");
  return say(minor > 0 ? "too_much" : "too_little", { amount: money(Math.abs(minor)) });
}

type Row = [label: string, count: number | null, amount: string];

function Rows({ title, rows, last }: { title: string; rows: Row[]; last?: ComponentChildren }) {
  return (
    <table class="report-table">
      <caption>{title}</caption>
      <tbody>
        {rows.map(([label, count, amount]) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>{count === null ? "" : number(count)}</td>
            <td>{amount}</td>
          </tr>
        ))}
        {last}
      </tbody>
    </table>
  );
}

function Trade({ report }: { report: Report }) {
  const receipts =
    report.last_receipt > 0 ? `${report.first_receipt}–${report.last_receipt}` : say("none");
  const rows: Row[] = [
    [say("report_sales"), report.sales, money(report.sales_minor)],
    [say("report_refunds"), report.refunds, out(report.refunded_minor)],
    [say("report_voids"), report.voids, ""],
    [say("report_net"), null, money(report.sales_minor - report.refunded_minor)],
    [say("report_discount"), null, money(report.discount_minor)],
    [say("report_rounding"), null, money(report.rounding_minor)],
    [say("report_receipts"), null, receipts],
    [say("report_openings"), report.drawer_openings, ""],
  ];
  return <Rows title={say("report_trade")} rows={rows} />;
}

function cashSales(report: Report) {
  const cash = report.tenders.find((tender) => tender.kind === "cash");
  return cash ? cash.taken_minor - cash.given_back_minor : 0;
}

function Drawer({ report }: { report: Report }) {
  const rows: Row[] = [
    [say("report_float"), null, money(report.float_minor)],
    [say("report_cash_sales"), null, money(cashSales(report))],
    [say("report_cash_in"), null, money(report.cash_in_minor)],
    [say("report_cash_out"), null, out(report.cash_out_minor)],
  ];
  const counted = report.counted_minor;
  return (
    <Rows
      title={say("report_drawer")}
      rows={rows}
      last={
        <>
          <tr class="report-sum">
            <th scope="row">{say("report_expected")}</th>
            <td />
            <td data-test="expected">{money(report.expected_minor)}</td>
          </tr>
          {counted !== undefined && <Counted report={report} counted={counted} />}
        </>
      }
    />
  );
}

function Counted({ report, counted }: { report: Report; counted: number }) {
  const difference = counted - report.expected_minor;
  return (
    <>
      <tr>
        <th scope="row">{say("report_counted")}</th>
        <td />
        <td data-test="counted">{money(counted)}</td>
      </tr>
      <tr class={`report-sum ${difference === 0 ? "report-good" : "report-off"}`}>
        <th scope="row">{say("report_difference")}</th>
        <td colSpan={2} data-test="difference">
          {differenceWords(difference)}
        </td>
      </tr>
    </>
  );
}

interface Column {
  title: string;
  rows: [string, ...string[]][];
  heads: string[];
  empty: string;
}

function Columns({ title, heads, rows, empty }: Column) {
  return (
    <table class="report-table">
      <caption>{title}</caption>
      {rows.length > 0 && (
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
      )}
      <tbody>
        {rows.map(([first, ...cells]) => (
          <tr key={first}>
            <th scope="row">{first}</th>
            {cells.map((cell, at) => (
              <td key={at}>{cell}</td>
            ))}
          </tr>
        ))}
        {rows.length === 0 && (
          <tr>
            <td class="report-none">{empty}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function rate(basisPoints: number) {
  return `${number(basisPoints / 100)} %`;
}

export function ReportTables({ report }: { report: Report }) {
  return (
    <div class="report" data-test="report">
      <Drawer report={report} />
      <Trade report={report} />
      <Columns
        title={say("report_tenders")}
        heads={[
          say("report_kind"),
          say("report_taken"),
          say("report_given_back"),
          say("report_left"),
        ]}
        rows={report.tenders.map((tender) => [
          tenderName(tender.kind),
          money(tender.taken_minor),
          out(tender.given_back_minor),
          money(tender.taken_minor - tender.given_back_minor),
        ])}
        empty={say("report_nothing_paid")}
      />
      <Columns
        title={say("report_taxes")}
        heads={[say("report_rate"), say("report_gross"), say("report_tax")]}
        rows={report.taxes.map((tax) => [
          rate(tax.vat_bp),
          money(tax.gross_minor),
          money(tax.tax_minor),
        ])}
        empty={say("report_nothing_taxed")}
      />
    </div>
  );
}
