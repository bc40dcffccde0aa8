#include "firmware/till/route_parts.h"

// Receipts: what stands on them, what is given back, what is printed once more.
namespace counterfoil::till {

using checkout::Refusal;
using http::Method;

Answer Api::tell_receipt(const Call& call) {
    auto& desk = world_.kiosk.desk();
    CF_LET(const auto person, desk.signed_in(call.screen));
    if (!person) return Refusal::not_signed_in;
    CF_LET(const auto facts, desk.facts_of(call.number("receipt")));
    receipt::Options options;
    options.language = call.language;
    CF_LET(const auto paper, desk.paper_of(facts.seq, options));
    json::Array lines;
    for (const receipt::Line& line : paper.lines) {
        json::Object object;
        object.set("text", line.text).set_flag("strong", line.strong);
        lines.add(std::move(object));
    }
    json::Object object;
    object.set("seq", facts.seq).set("lines", std::move(lines)).set("qr", paper.qr);
    checkout::describe(object, facts);
    return object;
}

base::Status Api::add_receipts(http::Router& router) {
    std::vector<Offer> offers;
    offers.push_back({Method::get, "/api/receipts/{receipt}", Kind::read,
                      "A receipt as it is printed, line by line, and what of it can be given back",
                      "",
                      schema_of("seq:integer! lines:list! qr:string! kind:string! at:string! "
                                "total_minor:integer! back_minor:integer! "
                                "original_receipt:integer lines_sold:list! tenders:list!"),
                      [this](Call& call) { return tell_receipt(call); }});
    offers.push_back(
        {Method::post, "/api/receipts/{receipt}/refund", Kind::record,
         "Give back lines of it, or all that is left",
         schema_of(
             "lines:back_lines tender:string reference:string reason:string! approval:approval"),
         schema_of(kGivenBack), [this](Call& call) -> Answer {
             ledger::Members members = call.members();
             checkout::Counter::RefundWish wish;
             wish.receipt = call.number("receipt");
             if (members.has("lines"))
                 members.each("lines", ledger::kMaxSaleLines, [&](ledger::Members& line) {
                     wish.lines.push_back(
                         {amount(line, "line"), optional_number(line, "quantity_milli")});
                 });
             if (members.has("tender")) wish.tender = members.text("tender");
             wish.reference = optional_text(members, "reference");
             wish.reason = optional_text(members, "reason");
             CF_TRY(check(members));
             const auto back = world_.kiosk.desk().refund(wish, call.asked);
             if (back.ok() && world_.figures.is_new(back.value().seq)) {
                 ++world_.figures.refunds;
                 tell_sold(call, back.value(), "refund");
             }
             return told(back);
         }});
    offers.push_back({Method::post, "/api/receipts/{receipt}/void", Kind::record,
                      "Take the last sale back as if it had not been",
                      schema_of("reason:string! approval:approval"), schema_of(kGivenBack),
                      [this](Call& call) -> Answer {
                          ledger::Members members = call.members();
                          const std::string reason = optional_text(members, "reason");
                          CF_TRY(check(members));
                          const auto back = world_.kiosk.desk().void_last(call.number("receipt"),
                                                                          reason, call.asked);
                          if (back.ok() && world_.figures.is_new(back.value().seq)) {
                              ++world_.figures.refunds;
                              tell_sold(call, back.value(), "void");
                          }
                          return told(back);
                      }});
    offers.push_back({Method::post, "/api/receipts/{receipt}/reprint", Kind::record,
                      "Print it once more, marked as a copy", "",
                      schema_of("receipt:integer! copy:integer!"), [this](Call& call) {
                          return told(
                              world_.kiosk.desk().reprint(call.number("receipt"), call.asked));
                      }});
    return add_all(router, std::move(offers));
}

}  // namespace counterfoil::till
