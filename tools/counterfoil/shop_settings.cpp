#include "tools/counterfoil/shop_settings.h"

#include "firmware/core/base/coding.h"
#include "firmware/core/central/phone.h"
#include "firmware/core/json/json.h"

namespace counterfoil::tool {

using base::Status;

namespace {

// Nothing in the texts has to be escaped.
mirror::Setting text_setting(std::string_view name, std::string_view text) {
    return {std::string(name), "\"" + std::string(text) + "\""};
}

mirror::Setting object_setting(std::string_view name, const json::Object& object) {
    auto text = object.write();
    CF_CHECK(text.ok());
    return {std::string(name), std::move(text).value()};
}

mirror::Setting coupon_policy(const std::string& policy) {
    json::Object object;
    object.set("policy", policy);
    object.set("face_minor", std::int64_t{2000}).set("terminal_minor", std::int64_t{20'000});
    object.set("member_minor", std::int64_t{5000}).set("hours", std::int64_t{72});
    return object_setting("coupon_policy", object);
}

// A hundred points for a coupon of 1000 Ft of the demo's first book.
mirror::Setting points_coupon() {
    json::Object object;
    object.set("points", std::int64_t{100}).set("book", std::int64_t{1});
    object.set("value_minor", std::int64_t{1000}).set("days", std::int64_t{90});
    return object_setting("points_coupon", object);
}

}  // namespace

Status add_needed_settings(mirror::BundleWriter& bundle, base::ByteView salt,
                           const std::string& policy) {
    CF_TRY(bundle.add(text_setting("currency", "HUF")));
    CF_TRY(bundle.add(text_setting(central::kPhoneSaltSetting, base::to_hex(salt))));
    CF_TRY(bundle.add(coupon_policy(policy)));
    return bundle.add(mirror::Setting{"auto_lock_s", "300"});
}

Status add_demo_settings(mirror::BundleWriter& bundle) {
    CF_TRY(bundle.add(mirror::Setting{"cash_step_minor", "5"}));
    CF_TRY(bundle.add(text_setting("shop_name", "Burgerező a Hídnál")));
    CF_TRY(bundle.add(text_setting("shop_address", "1011 Budapest, Híd utca 1.")));
    CF_TRY(bundle.add(text_setting("shop_tax_number", "12345678-2-41")));
    CF_TRY(bundle.add(text_setting("receipt_footer", "Köszönjük, hogy nálunk vásárolt!")));
    CF_TRY(bundle.add(text_setting("receipt_link", "https://burger.example/r")));
    return bundle.add(points_coupon());
}

}  // namespace counterfoil::tool
