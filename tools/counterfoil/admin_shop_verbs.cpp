#include "tools/counterfoil/admin_verb.h"

namespace counterfoil::tool {

using http::Method;
using Kind = AdminField::Kind;
using Place = AdminField::Place;

namespace {

const AdminField kProduct{"GTIN", "gtin", "the product's number, as its bar code has it",
                          Kind::text, Place::path};
const AdminField kPerson{"ID", "id", "what they sign in with at a till", Kind::text, Place::path};
const AdminField kSetting{"NAME", "name",
                          "shop_name, shop_address, shop_tax_number, receipt_footer, receipt_link, "
                          "currency, cash_step_minor, coupon_policy, points_coupon, "
                          "tiers_permille, auto_lock_s, keep_days or cashier_may",
                          Kind::text, Place::path};

AdminVerb set_product() {
    return {
        "set",
        "A product, new or in the place of what was there; tills have it in seconds",
        "5991234567894 --name \"Tej 1,5%\" --category Tejtermék --price 389 --vat 1800 "
        "--sold-by piece",
        Method::put,
        "/api/products/{gtin}",
        {kProduct,
         {"--name!", "name", "the name"},
         {"--category!", "category", "what it is counted with"},
         {"--price!", "unit_price_minor", "in minor units: whole forints", Kind::number},
         {"--vat!", "vat_basis_points", "in hundredths of a percent: 2700 is 27%", Kind::number},
         {"--sold-by!", "sold_by", "piece or weight"},
         {"--plu", "plu", "a short number to type", Kind::number}}};
}

AdminVerb import_products() {
    return {"import",
            "Products out of a table: gtin,plu,name,category,unit_price_minor,vat_basis_points,"
            "sold_by; all of them or none",
            "products.csv --dry-run",
            Method::post,
            "/api/imports/products",
            {{"FILE", "", "the file", Kind::file},
             {"--dry-run", "dry_run", "tells what is wrong, line by line, and writes nothing",
              Kind::flag, Place::query}},
            {},
            AdminParts::none,
            "text/csv"};
}

}  // namespace

AdminGroup product_verbs() {
    AdminVerb list{
        "list",
        "What shops sell, a part of the list",
        "--limit 500",
        Method::get,
        "/api/products",
        {},
        {"products",
         {"gtin", "plu", "name", "category", "unit_price_minor", "vat_basis_points", "sold_by"}},
        AdminParts::skip};
    return {
        "products",
        "What shops sell",
        {list,
         {"show", "One product", "5991234567894", Method::get, "/api/products/{gtin}", {kProduct}},
         set_product(),
         {"remove",
          "A product is sold no more",
          "5991234567894",
          Method::remove,
          "/api/products/{gtin}",
          {kProduct}},
         import_products()}};
}

AdminGroup staff_verbs() {
    return {
        "staff",
        "Who works at the tills",
        {{"list",
          "All of them",
          "--csv",
          Method::get,
          "/api/staff",
          {},
          {"staff", {"id", "name", "role"}}},
         {"set",
          "Somebody new, whose PIN is told once, or what is changed of somebody",
          "anna --name \"Kovács Anna\" --role cashier",
          Method::put,
          "/api/staff/{id}",
          {kPerson, {"--name!", "name", "the name"}, {"--role!", "role", "cashier or manager"}}},
         {"reset-pin",
          "A new PIN, told once",
          "anna",
          Method::post,
          "/api/staff/{id}/pin",
          {kPerson}},
         {"remove",
          "Somebody works here no more",
          "anna",
          Method::remove,
          "/api/staff/{id}",
          {kPerson}}}};
}

AdminGroup setting_verbs() {
    return {"settings",
            "What tills go by; what is not set has its default",
            {{"list",
              "What is set",
              "--csv",
              Method::get,
              "/api/settings",
              {},
              {"settings", {"name", "value"}}},
             {"set",
              "Sets one; tills have it in seconds",
              "shop_name '\"Sarki bolt\"'",
              Method::put,
              "/api/settings/{name}",
              {kSetting,
               {"VALUE", "value",
                "as JSON: 5; a text in quotes of its own, within the shell's: '\"HUF\"'"}}},
             {"remove",
              "Its default holds again",
              "shop_name",
              Method::remove,
              "/api/settings/{name}",
              {kSetting}}}};
}

}  // namespace counterfoil::tool
