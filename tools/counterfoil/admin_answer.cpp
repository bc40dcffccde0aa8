#include "tools/counterfoil/admin_answer.h"

#include <algorithm>
#include <array>

#include "tools/counterfoil/admin_text.h"

namespace counterfoil::tool {

using base::Language;
using json::Value;

namespace {

struct Heading {
    std::string_view member;
    base::Wording words;
};

constexpr std::array kHeadings{
    Heading{"loyalty_id", {"card", "kártya"}},
    Heading{"name", {"name", "név"}},
    Heading{"email", {"e-mail", "e-mail"}},
    Heading{"phone", {"phone", "telefon"}},
    Heading{"pin_code", {"PIN", "PIN"}},
    Heading{"points", {"points", "pont"}},
    Heading{"points_earned", {"points", "pont"}},
    Heading{"total_spent", {"spent", "költés"}},
    Heading{"visit_count", {"visits", "látogatás"}},
    Heading{"role", {"role", "szint"}},
    Heading{"is_admin", {"admin", "adminisztrátor"}},
    Heading{"created_at", {"created", "létrejött"}},
    Heading{"updated_at", {"changed", "módosult"}},
    Heading{"amount", {"amount", "összeg"}},
    Heading{"receipt_number", {"receipt", "nyugta"}},
    Heading{"kind", {"kind", "fajta"}},
    Heading{"code", {"code", "kód"}},
    Heading{"value", {"value", "érték"}},
    Heading{"is_redeemed", {"redeemed", "beváltva"}},
    Heading{"redeemed_at", {"redeemed at", "beváltás ideje"}},
    Heading{"redeemed_by", {"redeemed by", "beváltotta"}},
    Heading{"state", {"state", "állapot"}},
    Heading{"expires_at", {"good until", "lejár"}},
    Heading{"total_codes", {"codes", "kódok"}},
    Heading{"is_expired", {"run out", "lejárt"}},
    Heading{"description", {"description", "leírás"}},
    Heading{"users", {"users", "felhasználók"}},
    Heading{"joined_at", {"since", "mióta"}},
    Heading{"assigned", {"coupons", "kuponok"}},
    Heading{"store", {"store", "bolt"}},
    Heading{"is_revoked", {"revoked", "visszavonva"}},
    Heading{"last_seen", {"last seen", "utoljára látták"}},
    Heading{"events_held", {"events", "események"}},
    Heading{"backlog", {"backlog", "hátralék"}},
    Heading{"is_frozen", {"frozen", "befagyasztva"}},
    Heading{"forks", {"forks", "elágazások"}},
    Heading{"quarantined", {"put aside", "félretéve"}},
    Heading{"terminal", {"terminal", "terminál"}},
    Heading{"place", {"place", "hely"}},
    Heading{"sentence", {"what is wrong", "hiba"}},
    Heading{"line", {"line", "sor"}},
    Heading{"reason", {"reason", "ok"}},
    Heading{"found_at", {"found", "megtalálva"}},
    Heading{"size", {"bytes", "bájt"}},
    Heading{"digest", {"digest", "lenyomat"}},
    Heading{"category", {"category", "kategória"}},
    Heading{"unit_price_minor", {"price", "ár"}},
    Heading{"vat_basis_points", {"VAT", "áfa"}},
    Heading{"sold_by", {"sold by", "egység"}},
};

std::string pick(const base::Wording& words, Language language) {
    return std::string(language == Language::hungarian ? words.hungarian : words.english);
}

AdminCell cell_of(const std::optional<Value>& value, Language language) {
    if (!value || value->is_null()) return {"-"};
    if (const auto text = value->text()) return {std::string(*text)};
    if (const auto number = value->integer()) return {std::to_string(*number), true};
    if (const auto flag = value->boolean())
        return {pick(*flag ? base::Wording{"yes", "igen"} : base::Wording{"no", "nem"}, language)};
    return {"?"};
}

// What is in an object counts as the object's own: "customer new points".
void add_members(std::vector<std::pair<std::string, std::string>>& lines, const Value& object,
                 const std::string& before, Language language) {
    for (auto member = object.first(); member; member = member->next()) {
        const std::string name = before + heading_of(member->name(), language);
        if (member->is_object())
            add_members(lines, *member, name + " ", language);
        else if (!member->is_array())
            lines.emplace_back(name, shown(cell_of(member, language).text));
    }
}

}  // namespace

std::string heading_of(std::string_view member, Language language) {
    const auto found = std::ranges::find(kHeadings, member, &Heading::member);
    if (found != kHeadings.end()) return pick(found->words, language);
    std::string words(member);
    std::ranges::replace(words, '_', ' ');
    return words;
}

std::string table_text(const Value& rows, const std::vector<const char*>& members,
                       Language language) {
    std::vector<std::string> names(members.begin(), members.end());
    const auto first = rows.first();
    if (!first) return pick({"(none)\n", "(nincs)\n"}, language);
    if (names.empty())
        for (auto member = first->first(); member; member = member->next())
            if (!member->is_object() && !member->is_array()) names.emplace_back(member->name());
    std::vector<std::string> headings;
    for (const std::string& name : names) headings.push_back(heading_of(name, language));
    AdminGrid grid(std::move(headings));
    for (auto row = first; row; row = row->next()) {
        std::vector<AdminCell> cells;
        for (const std::string& name : names) cells.push_back(cell_of(row->find(name), language));
        grid.add(std::move(cells));
    }
    return grid.text();
}

std::string record_text(const Value& answer, Language language) {
    std::vector<std::pair<std::string, std::string>> lines;
    add_members(lines, answer, "", language);
    std::size_t widest = 0;
    for (const auto& [name, value] : lines) widest = std::max(widest, shown_width(name));
    std::string text;
    for (const auto& [name, value] : lines)
        text += name + ":" + std::string(widest - shown_width(name) + 1, ' ') + value + "\n";
    for (auto member = answer.first(); member; member = member->next())
        if (member->is_array() && member->first())
            text += "\n" + heading_of(member->name(), language) + ":\n" +
                    table_text(*member, {}, language);
    return text;
}

}  // namespace counterfoil::tool
