#include "daemon/aggregator/api/import_reading.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "daemon/aggregator/services/csv.h"
#include "firmware/core/ledger/members.h"

namespace counterfoil::api {

using base::Sentence;
using services::ImportPlan;

namespace {

constexpr std::int64_t kMost = 1'000'000'000;
constexpr std::int64_t kCode = 100;
constexpr std::int64_t kReceipt = 50;
constexpr std::array<std::string_view, 5> kColumns{"loyalty_id", "name", "email", "phone", "role"};
constexpr std::array<std::string_view, 2> kNeeded{"loyalty_id", "name"};

Field pin() {
    constexpr std::int64_t kFewest = 4;
    constexpr std::int64_t kMostDigits = 16;
    Field field = digits("pin_code", kMostDigits);
    field.low = kFewest;
    return field;
}

Shape member_shape() {
    return {alphanumeric("loyalty_id", 20), text("name", 100), email("email").optional().nullable(),
            phone("phone").optional().nullable(), text("role", 32).optional()};
}

Shape customer_record() {
    return member_shape()
        .with({pin().optional().nullable(), integer("points", 0, kMost).optional(),
               integer("total_spent", 0, ledger::kMaxMinor).optional(),
               integer("visits", 0, kMost).optional(), flag("is_admin").optional()})
        .open();
}

Shape purchase_record() {
    return Shape{alphanumeric("customer_loyalty_id", 20), integer("amount", 1, ledger::kMaxMinor),
                 integer("points_earned", 0, kMost),
                 text("receipt_number", kReceipt).optional().nullable(), time("date")}
        .open();
}

Shape coupon_record() {
    return Shape{text("code", kCode),
                 alphanumeric("customer_loyalty_id", 20),
                 integer("value", 1, ledger::kMaxMinor),
                 flag("redeemed"),
                 time("created"),
                 time("redeemed_at").optional().nullable()}
        .open();
}

// "2024-01-20", or with a time in UTC, with or without a fraction of milliseconds.
std::optional<std::int64_t> moment_in(std::string_view text) {
    constexpr std::size_t kDate = 10;
    constexpr std::size_t kSeconds = 19;
    std::string full(text);
    if (full.size() == kDate) full += "T00:00:00.000Z";
    if (full.size() == kSeconds + 1) full.insert(kSeconds, ".000");
    const auto time = base::from_rfc3339(full);
    if (!time.ok()) return {};
    return time.value().unix_ms;
}

std::string text_of(const json::Value& record, std::string_view name) {
    const auto value = record.find(name);
    return value && value->text() ? std::string(*value->text()) : std::string();
}

std::optional<std::int64_t> number_of(const json::Value& record, std::string_view name) {
    const auto value = record.find(name);
    return value ? value->integer() : std::nullopt;
}

bool flag_of(const json::Value& record, std::string_view name) {
    const auto value = record.find(name);
    return value && value->boolean().value_or(false);
}

class Reading {
  public:
    explicit Reading(const services::Settings& settings) : settings_(settings) {}

    void take_customer(const json::Value& record, const Shape& shape, const std::string& place) {
        if (!is_good(record, shape, place)) return;
        services::ImportedCustomer customer;
        customer.place = place;
        customer.loyalty_id = text_of(record, "loyalty_id");
        customer.name = text_of(record, "name");
        customer.email = text_of(record, "email");
        customer.phone = text_of(record, "phone");
        customer.tier = text_of(record, "role");
        if (customer.tier.empty()) customer.tier = settings_.tiers.tiers().front().name;
        customer.is_admin = flag_of(record, "is_admin");
        customer.pin = text_of(record, "pin_code");
        customer.points = number_of(record, "points");
        customer.spent_minor = number_of(record, "total_spent");
        customer.visits = number_of(record, "visits");
        if (const auto tier = settings_.tiers.by_name(customer.tier); !tier.ok()) {
            const services::Fault fault(tier.error());
            complain(place, "role", fault.sentence);
        }
        if (!customers_.try_emplace(customer.loyalty_id, plan_.customers.size()).second)
            complain(place, "loyalty_id", twice());
        plan_.customers.push_back(std::move(customer));
    }

    void take_purchase(const json::Value& record, const std::string& place) {
        static const Shape kShape = purchase_record();
        if (!is_good(record, kShape, place)) return;
        services::ImportedPurchase purchase;
        purchase.place = place;
        purchase.customer = customer_of(record, place);
        purchase.amount_minor = number_of(record, "amount").value_or(0);
        purchase.points = number_of(record, "points_earned").value_or(0);
        purchase.reference = text_of(record, "receipt_number");
        purchase.at_ms = moment(record, "date", place);
        if (!purchase.reference.empty() && !receipts_.insert(purchase.reference).second)
            complain(place, "receipt_number", twice());
        plan_.purchases.push_back(std::move(purchase));
    }

    void take_coupon(const json::Value& record, const std::string& place) {
        static const Shape kShape = coupon_record();
        if (!is_good(record, kShape, place)) return;
        services::ImportedCoupon coupon;
        coupon.place = place;
        coupon.customer = customer_of(record, place);
        coupon.code = text_of(record, "code");
        coupon.value_minor = number_of(record, "value").value_or(0);
        coupon.created_ms = moment(record, "created", place);
        if (flag_of(record, "redeemed")) {
            const bool is_known = !text_of(record, "redeemed_at").empty();
            coupon.redeemed_ms =
                is_known ? moment(record, "redeemed_at", place) : coupon.created_ms;
        }
        if (!codes_.insert(coupon.code).second) complain(place, "code", twice());
        plan_.coupons.push_back(std::move(coupon));
    }

    void complain(const std::string& place, const std::string& field, const Sentence& sentence) {
        plan_.problems.push_back(
            {place, {field + ": " + sentence.english, field + ": " + sentence.hungarian}});
    }

    ImportPlan plan() && { return std::move(plan_); }

  private:
    static Sentence twice() { return {"stands there twice", "kétszer szerepel"}; }

    bool is_good(const json::Value& record, const Shape& shape, const std::string& place) {
        if (!record.is_object()) {
            plan_.problems.push_back({place, {"an object", "objektum"}});
            return false;
        }
        const auto checked = shape.check(record);
        if (!checked.ok()) plan_.problems.push_back({place, checked.error().sentence});
        return checked.ok();
    }

    std::size_t customer_of(const json::Value& record, const std::string& place) {
        const auto found = customers_.find(text_of(record, "customer_loyalty_id"));
        if (found != customers_.end()) return found->second;
        complain(place, "customer_loyalty_id",
                 {"none of these customers, or a wrong one", "nem szerepel a vásárlók között"});
        return 0;
    }

    std::int64_t moment(const json::Value& record, const std::string& name,
                        const std::string& place) {
        const auto moment = moment_in(text_of(record, name));
        if (!moment)
            complain(place, name,
                     {"a time like 2024-01-20T16:00:00Z", "időpont, például 2024-01-20T16:00:00Z"});
        return moment.value_or(0);
    }

    const services::Settings& settings_;
    ImportPlan plan_;
    std::map<std::string, std::size_t> customers_;
    std::set<std::string> receipts_;
    std::set<std::string> codes_;
};

template <class Take>
void each(const json::Value& body, const char* name, Take take) {
    const auto list = body.find(name);
    if (!list) return;
    std::size_t place = 0;
    for (auto record = list->first(); record; record = record->next())
        take(*record, name + std::string("[") + std::to_string(place++) + "]");
}

void take_line(Reading& reading, const services::CsvColumns& columns,
               const services::CsvRecord& line) {
    static const Shape kShape = member_shape();
    const std::string place = "line " + std::to_string(line.line);
    if (line.cells.size() != columns.size())
        return reading.complain(
            place, "line",
            {std::to_string(columns.size()) + " cells", std::to_string(columns.size()) + " cella"});
    json::Object member;
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (!line.cells[i].empty()) member.set(kColumns[columns[i]], line.cells[i]);
    const auto text = member.write();
    const auto document = text.ok() ? json::Document::parse(text.value())
                                    : base::Result<json::Document>(text.error());
    if (!document.ok()) return reading.complain(place, "line", {"UTF-8 text", "UTF-8 szöveg"});
    reading.take_customer(document.value().root(), kShape, place);
}

}  // namespace

Shape browser_data_shape() {
    constexpr std::int64_t kMostRecords = 100'000;
    const auto records = [](const char* name) {
        return list(name, Shape().open(), kMostRecords).optional();
    };
    return {records("customers"), records("purchases"), records("coupons")};
}

ImportPlan read_browser_data(const json::Value& body, const services::Settings& settings) {
    static const Shape kCustomer = customer_record();
    Reading reading(settings);
    each(body, "customers", [&](const json::Value& record, const std::string& place) {
        reading.take_customer(record, kCustomer, place);
    });
    each(body, "purchases", [&](const json::Value& record, const std::string& place) {
        reading.take_purchase(record, place);
    });
    each(body, "coupons", [&](const json::Value& record, const std::string& place) {
        reading.take_coupon(record, place);
    });
    return std::move(reading).plan();
}

ImportPlan read_members(std::string_view csv, const services::Settings& settings) {
    Reading reading(settings);
    services::CsvReader lines(csv);
    const auto header = lines.next();
    const auto columns = header ? services::columns_in(*header, kColumns, kNeeded) : std::nullopt;
    if (columns)
        while (const auto line = lines.next()) take_line(reading, *columns, *line);
    else if (!lines.wrong())
        reading.complain("line 1", "header",
                         {"the columns' names: loyalty_id,name,email,phone,role",
                          "az oszlopok nevei: loyalty_id,name,email,phone,role"});
    if (lines.wrong())
        reading.complain("line " + std::to_string(lines.line()), "line",
                         {"comma-separated cells, in quotes where they hold quotes or commas",
                          "vesszővel elválasztott cellák, szükség esetén idézőjelben"});
    return std::move(reading).plan();
}

}  // namespace counterfoil::api
