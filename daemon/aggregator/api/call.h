#pragma once

#include <charconv>
#include <chrono>

#include "daemon/aggregator/services/coupons.h"
#include "daemon/aggregator/services/renewals.h"
#include "daemon/aggregator/services/sign_in.h"
#include "firmware/core/crypto/certificate.h"
#include "firmware/core/http/message.h"
#include "firmware/core/json/json.h"

namespace counterfoil::api {

// One request, taken apart. It goes from thread to thread while it is answered, and is one's alone
// at a time.
struct Call {
    std::string request;  // its name, for the log
    std::string claimed;  // the account whose token came with it; empty: none did
    std::int64_t generation = 0;
    bool claims_admin = false;  // so far as is known without the store, which knows better
    services::Caller caller;    // empty where nobody signed in
    std::string address;        // or the network that it is of
    std::int64_t arrived_ms = 0;
    std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
    base::Language language = base::Language::english;
    http::Parameters path;
    http::Parameters query;
    std::string key;         // under which it may be repeated; empty: it may not
    crypto::Digest asked{};  // the whole request: what that key stands for
    std::string body_text;
    bool is_csv = false;  // the body is lines, and there is no document
    std::optional<json::Document> body;
    bool is_body_checked = false;  // it is what the route asks for

    bool wants_table = false;
    std::optional<std::int64_t> total;  // of the table's rows and those beyond
    std::string next;                   // where the table's next part begins

    // Whose name or address the answer tells: it is remembered no longer than he is.
    std::string about;

    // Whose role the act has changed, and whether that is an administrator's now.
    struct Became {
        std::string account;
        bool is_admin = false;
    };
    std::optional<Became> became;

    // About what it holds of what was sent: a document takes several times its text.
    std::size_t bytes() const {
        constexpr std::size_t kOfDocument = 8;
        return body_text.size() * (body ? 1 + kOfDocument : 1);
    }

    // What its steps leave for one another.
    std::int64_t points_accrued = 0;  // for the figures
    std::optional<services::Account> account;
    std::string pin;
    std::string pin_hash;
    std::string password_hash;
    std::string terminal;
    std::optional<crypto::Certificate> certificate;
    std::optional<crypto::Certificate> link;
    std::optional<services::Renewal> renewal;

    std::string place(std::string_view name) const {
        return std::string(http::find(path, name).value_or(""));
    }
    // Of a body that was checked, members that are there.
    std::string text(std::string_view name) const {
        return std::string(*body->root().find(name)->text());
    }
    std::int64_t integer(std::string_view name) const {
        return *body->root().find(name)->integer();
    }
    std::optional<std::string> text_if(std::string_view name) const {
        const auto value = body->root().find(name);
        if (!value || value->is_null()) return {};
        return std::string(*value->text());
    }
    // Of a query that was checked.
    std::int64_t query_number(std::string_view name, std::int64_t standing) const {
        const auto given = http::find(query, name);
        std::int64_t number = standing;
        if (given) std::from_chars(given->data(), given->data() + given->size(), number);
        return number;
    }
    std::optional<std::int64_t> integer_if(std::string_view name) const {
        const auto value = body->root().find(name);
        if (!value || value->is_null()) return {};
        return value->integer();
    }
};

inline services::Actor actor_of(const Call& call) {
    return {call.caller.account, call.caller.is_admin, call.arrived_ms};
}

}  // namespace counterfoil::api
