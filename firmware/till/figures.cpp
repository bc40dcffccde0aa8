#include "firmware/till/figures.h"

namespace counterfoil::till {
namespace {

void add(std::string& text, const std::string& name, const std::string& kind,
         const std::string& help, std::int64_t value) {
    text += "# HELP counterfoil_" + name + " " + help + "\n";
    text += "# TYPE counterfoil_" + name + " " + kind + "\n";
    text += "counterfoil_" + name + " " + std::to_string(value) + "\n";
}

}  // namespace

std::string Figures::text() const {
    std::string text;
    add(text, "sales_total", "counter", "Sales recorded since the start.", sales);
    add(text, "refunds_total", "counter", "Refunds and voids recorded since the start.", refunds);
    add(text, "qr_scans_total", "counter", "Codes scanned and taken.", scans_taken);
    add(text, "scans_refused_total", "counter", "Codes scanned and refused.", scans_refused);
    add(text, "coupons_redeemed_total", "counter", "Coupons spent.", coupons_redeemed);
    add(text, "papers_printed_total", "counter", "Papers that are printed.", papers_printed);
    add(text, "pins_wrong_total", "counter", "Wrong PINs.", pins_wrong);
    add(text, "requests_total", "counter", "Requests served.", static_cast<std::int64_t>(requests));
    add(text, "events", "gauge", "Events in the ledger.", events);
    add(text, "papers_owed", "gauge", "Papers that wait for the printer.", papers_owed);
    add(text, "screens", "gauge", "Screens that listen.", screens);
    add(text, "unsynced_events", "gauge", "Events that the centre has not receipted.", unsynced);
    add(text, "unsynced_older_events", "gauge",
        "The same, of ledgers that the till worked on before it was set up anew.", unsynced_older);
    add(text, "oldest_unsynced_seconds", "gauge", "How long the first of them has waited.",
        oldest_unsynced_s);
    add(text, "online", "gauge", "1 while the centre answers.", online ? 1 : 0);
    add(text, "printer_ready", "gauge", "1 while the printer can print.", printer_ready ? 1 : 0);
    add(text, "signer_down", "gauge", "1 while events are recorded unsigned.", signer_down ? 1 : 0);
    return text;
}

}  // namespace counterfoil::till
