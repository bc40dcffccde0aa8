#include "firmware/mirror/column.h"

#include <limits>

#include "firmware/core/central/line.h"

namespace counterfoil::mirror {

using base::Code;
using base::Error;
using base::Result;

namespace {

Error corrupt(const char* what) {
    return Error(Code::corrupt, std::string("the mirror holds ") + what + " that cannot be read");
}

}  // namespace

std::string scope_column(const Scope& scope) {
    auto text = central::scope_object(scope).write();
    CF_CHECK(text.ok());
    return std::move(text).value();
}

std::string stores_column(const std::vector<std::uint16_t>& stores) {
    std::string text = "[";
    for (const std::uint16_t store : stores)
        text.append(text.size() > 1 ? "," : "").append(std::to_string(store));
    return text.append("]");
}

Result<Scope> read_scope_column(std::string_view column) {
    CF_LET(const auto document, json::Document::parse(column));
    CF_LET(const json::Value products, document.root().array("products"));
    CF_LET(const json::Value categories, document.root().array("categories"));
    Scope scope;
    for (auto value = products.first(); value; value = value->next()) {
        const auto product = value->integer();
        if (!product) return corrupt("a scope");
        scope.products.push_back(*product);
    }
    for (auto value = categories.first(); value; value = value->next()) {
        const auto category = value->text();
        if (!category) return corrupt("a scope");
        scope.categories.emplace_back(*category);
    }
    return scope;
}

Result<std::vector<std::uint16_t>> read_stores_column(std::string_view column) {
    CF_LET(const auto document, json::Document::parse(column));
    if (!document.root().is_array()) return corrupt("stores");
    std::vector<std::uint16_t> stores;
    for (auto value = document.root().first(); value; value = value->next()) {
        const auto store = value->integer();
        if (!store || *store < 0 || *store > std::numeric_limits<std::uint16_t>::max())
            return corrupt("stores");
        stores.push_back(static_cast<std::uint16_t>(*store));
    }
    return stores;
}

}  // namespace counterfoil::mirror
