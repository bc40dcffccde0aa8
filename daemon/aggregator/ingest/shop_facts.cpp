#include "daemon/aggregator/ingest/shop_facts.h"

#include "firmware/core/base/coding.h"
#include "firmware/core/central/line.h"

namespace counterfoil::ingest {

using base::Code;
using base::Error;
using base::Result;
using ledger::Members;

namespace {

constexpr std::size_t kMaxSealedText = 8192;

}  // namespace

Result<ProductsChanged> read_products_changed(const json::Value& body) {
    CF_LET(const json::Value list, body.array("products"));
    ProductsChanged fact;
    for (auto item = list.first(); item; item = item->next()) {
        CF_LET(central::Row row, central::read_row(*item));
        auto* product = std::get_if<central::Product>(&row);
        if (product == nullptr) return Error(Code::malformed, "it is no product");
        fact.products.push_back(std::move(*product));
    }
    return fact;
}

ProductRemoved read_product_removed(Members& members) {
    return {members.number("gtin", 1, central::kMaxGtin)};
}

Result<StaffChanged> read_staff_changed(Members& members) {
    StaffChanged fact;
    fact.id = members.text("staff");
    fact.role = members.text("role");
    CF_LET(fact.sealed, base::from_base64url(members.text("sealed", kMaxSealedText)));
    return fact;
}

StaffRemoved read_staff_removed(Members& members) {
    return {members.text("staff")};
}

SettingChanged read_setting_changed(Members& members) {
    return {members.text("name"), members.text("value", central::kMaxSettingBytes)};
}

SettingRemoved read_setting_removed(Members& members) {
    return {members.text("name")};
}

json::Object write_body(const ProductsChanged& fact) {
    json::Array products;
    for (const central::Product& product : fact.products)
        products.add(central::row_object(product));
    json::Object body;
    body.set("products", std::move(products));
    return body;
}

json::Object write_body(const ProductRemoved& fact) {
    json::Object body;
    body.set("gtin", fact.gtin);
    return body;
}

json::Object write_body(const StaffChanged& fact) {
    json::Object body;
    body.set("staff", fact.id).set("role", fact.role);
    body.set("sealed", base::to_base64url(fact.sealed));
    return body;
}

json::Object write_body(const StaffRemoved& fact) {
    json::Object body;
    body.set("staff", fact.id);
    return body;
}

json::Object write_body(const SettingChanged& fact) {
    json::Object body;
    body.set("name", fact.name).set("value", fact.value);
    return body;
}

json::Object write_body(const SettingRemoved& fact) {
    json::Object body;
    body.set("name", fact.name);
    return body;
}

}  // namespace counterfoil::ingest
