#include "firmware/till/owed.h"

namespace counterfoil::till {

using base::Result;
using ledger::EventType;

namespace {

bool opens_drawer_alone(EventType type) {
    return type == EventType::drawer_opened || type == EventType::cash_in ||
           type == EventType::cash_out;
}

bool gives_receipt(EventType type) {
    return type == EventType::sale || type == EventType::refund || type == EventType::void_sale;
}

bool owes_paper(EventType type) {
    return gives_receipt(type) || type == EventType::reprint || type == EventType::z_report ||
           type == EventType::training_sale || type == EventType::points_spent;
}

bool moves_cash(const json::Value& body) {
    const auto tenders = body.array("tenders");
    if (!tenders.ok()) return false;
    for (auto tender = tenders.value().first(); tender; tender = tender->next()) {
        const auto kind = tender->text("kind");
        if (kind.ok() && kind.value() == "cash") return true;
    }
    return false;
}

std::int64_t number_in(const json::Value& body, std::string_view name) {
    const auto number = body.integer(name);
    return number.ok() ? number.value() : 0;
}

}  // namespace

bool Owed::is_paper() const {
    return owes_paper(type);
}

Result<std::optional<Owed>> read_owed(std::string_view bytes) {
    CF_LET(const ledger::EventView view, ledger::read_event(bytes));
    const auto type = ledger::type_from_name(view.type);
    if (!type || !(owes_paper(*type) || opens_drawer_alone(*type))) return std::optional<Owed>();
    Owed owed{view.seq, *type, 0, 0, opens_drawer_alone(*type), view.mono_ms};
    if (!gives_receipt(*type) && *type != EventType::reprint) return std::optional(owed);
    // Whether the body is all that it must be is found out when its paper is made.
    CF_LET(const json::Document document, ledger::read_body(view));
    owed.receipt = number_in(document.root(), "receipt");
    if (*type == EventType::reprint)
        owed.copy = number_in(document.root(), "copy");
    else
        owed.opens_drawer = moves_cash(document.root());
    return std::optional(owed);
}

base::Sentence name_of(const Owed& owed) {
    const std::string number = std::to_string(owed.receipt);
    switch (owed.type) {
        case EventType::z_report:
            return {"Z report", "Z-jelentés"};
        case EventType::training_sale:
            return {"training", "gyakorlás"};
        case EventType::points_spent:
            return {"coupon for points", "kupon pontokért"};
        case EventType::reprint:
            return {"copy of receipt " + number, "a " + number + ". nyugta másolata"};
        default:
            return {"receipt " + number, number + ". nyugta"};
    }
}

}  // namespace counterfoil::till
