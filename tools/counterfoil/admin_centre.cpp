#include "tools/counterfoil/admin_centre.h"

#include <iostream>

#include "firmware/core/http/origin.h"
#include "firmware/core/http/target.h"
#include "firmware/core/json/json.h"

namespace counterfoil::tool {

using base::Code;
using base::Error;
using http::Method;
using http::Response;

namespace {

// Hashing many codes or reading a large table takes the centre a while.
constexpr std::int64_t kPatienceMs = 120'000;
// A token that is about to run out is renewed at once.
constexpr std::int64_t kSoonMs = 10'000;
constexpr int kUnauthorized = 401;
constexpr json::Limits kAnswerLimits{8UL << 20, 16};

std::int64_t now_ms() {
    return base::SystemClock().now().unix_ms;
}

AdminFault fault_in(const Response& response) {
    const auto document = json::Document::parse(response.body, kAnswerLimits);
    if (document.ok()) {
        const auto code = document.value().root().text("error_code");
        const auto detail = document.value().root().text("detail");
        if (code.ok() && detail.ok())
            return {std::string(code.value()), std::string(detail.value())};
    }
    return Error(Code::malformed,
                 "that is no centre: it answered " + std::to_string(response.status));
}

AdminOutcome<Response> done(base::Result<Response> response) {
    if (!response.ok()) return response.error();
    const int status = response.value().status;
    if (status < 200 || status >= 300) return fault_in(response.value());
    return std::move(response).value();
}

base::Result<AdminSessionFile> file_of(const AdminOptions& options) {
    if (!options.session.empty()) return AdminSessionFile(options.session);
    CF_LET(auto path, AdminSessionFile::standing_path());
    return AdminSessionFile(std::move(path));
}

base::Result<http::Client> client_of(const AdminSession& session) {
    http::ClientSettings settings;
    settings.timeout_ms = kPatienceMs;
    CF_LET(const http::Origin origin, http::parse_origin(session.url));
    return http::client_for(origin, session.authority, settings);
}

http::Headers headers_of(const AdminOptions& options) {
    http::Headers headers;
    headers.add("Accept-Language", base::language_code(options.said_in()));
    headers.add("Content-Type", "application/json");
    return headers;
}

base::Status take_tokens(std::string_view body, AdminSession& session) {
    constexpr std::int64_t kMsInSecond = 1000;
    CF_LET(const auto document, json::Document::parse(body, kAnswerLimits));
    const json::Value root = document.root();
    CF_LET(session.access_token, root.text("access_token"));
    CF_LET(session.refresh_token, root.text("refresh_token"));
    CF_LET(const std::int64_t lives_s, root.integer("expires_in"));
    session.access_ends_ms = now_ms() + lives_s * kMsInSecond;
    return {};
}

AdminOutcome<Response> spend_refresh_token(http::Client& client, const AdminOptions& options,
                                           const char* path, const AdminSession& session) {
    json::Object asked;
    asked.set("refresh_token", session.refresh_token);
    CF_LET(std::string body, asked.write());
    return done(client.request(Method::post, path, headers_of(options), std::move(body)));
}

bool is_admin(std::string_view body) {
    const auto document = json::Document::parse(body, kAnswerLimits);
    if (!document.ok()) return false;
    const auto user = document.value().root().find("user");
    const auto flag = user ? user->find("is_admin") : std::nullopt;
    return flag && flag->boolean().value_or(false);
}

void warn_of_listeners(const AdminSession& session) {
    const auto origin = http::parse_origin(session.url);
    if (!origin.ok() || origin.value().is_secure || origin.value().is_loopback()) return;
    std::cerr << "counterfoil: " << session.url
              << " is not https: the PIN can be read on its way\n";
}

}  // namespace

AdminOutcome<AdminSession> AdminCentre::sign_in(const AdminOptions& options, AdminSession where,
                                                const std::string& pin) {
    CF_LET(const AdminSessionFile file, file_of(options));
    CF_LET(http::Client client, client_of(where));
    CF_LET(const base::Descriptor held, file.lock());
    warn_of_listeners(where);
    json::Object asked;
    asked.set("loyalty_id", where.card).set("pin_code", pin);
    CF_LET(std::string body, asked.write());
    CF_LET(const Response response, done(client.request(Method::post, "/api/auth/login",
                                                        headers_of(options), std::move(body))));
    CF_TRY(take_tokens(response.body, where));
    if (!is_admin(response.body)) {
        CF_TRY(spend_refresh_token(client, options, "/api/auth/logout", where));
        return Error(Code::refused, where.card + " is no administrator's card");
    }
    CF_TRY(file.save(where));
    return where;
}

AdminOutcome<void> AdminCentre::sign_out(const AdminOptions& options) {
    CF_LET(const AdminSessionFile file, file_of(options));
    CF_LET(const base::Descriptor held, file.lock());
    CF_LET(const AdminSession session, file.load());
    CF_LET(http::Client client, client_of(session));
    CF_TRY(spend_refresh_token(client, options, "/api/auth/logout", session));
    CF_TRY(file.remove());
    return {};
}

AdminOutcome<AdminCentre> AdminCentre::open(const AdminOptions& options) {
    CF_LET(AdminSessionFile file, file_of(options));
    CF_LET(AdminSession session, file.load());
    CF_LET(http::Client client, client_of(session));
    return AdminCentre(options, std::move(file), std::move(session), std::move(client));
}

// Another shell may have done it meanwhile: then its token is taken, and none is spent.
AdminOutcome<void> AdminCentre::renew(const std::string& refused_token) {
    CF_LET(const base::Descriptor held, file_.lock());
    CF_LET(session_, file_.load());
    if (session_.access_token != refused_token && session_.access_ends_ms > now_ms() + kSoonMs)
        return {};
    CF_LET(const Response response,
           spend_refresh_token(client_, options_, "/api/auth/refresh", session_));
    CF_TRY(take_tokens(response.body, session_));
    CF_TRY(file_.save(session_));
    return {};
}

base::Result<Response> AdminCentre::send(const AdminRequest& request, const std::string& key) {
    http::Headers headers = headers_of(options_);
    headers.set("Content-Type", request.content_type);
    headers.add("Authorization", "Bearer " + session_.access_token);
    if (http::is_write(request.method)) headers.add("Idempotency-Key", key);
    return client_.request(request.method, request.target, std::move(headers), request.body);
}

AdminOutcome<Response> AdminCentre::ask(const AdminRequest& request) {
    if (session_.access_ends_ms <= now_ms() + kSoonMs) CF_TRY(renew(session_.access_token));
    crypto::Random random;
    const base::SystemClock clock;
    const std::string key =
        options_.request.empty() ? base::UuidMaker(clock, random).make().text() : options_.request;
    auto response = send(request, key);
    if (response.ok() && response.value().status == kUnauthorized) {
        CF_TRY(renew(session_.access_token));
        response = send(request, key);
    }
    const bool may_be_done = http::is_write(request.method) && !response.ok() &&
                             response.error().code() == Code::io_failed;
    if (may_be_done)
        return Error(Code::io_failed, response.error().message() +
                                          "; whether it was done is not known: repeat it with "
                                          "--request " +
                                          key);
    return done(std::move(response));
}

AdminOutcome<std::string> AdminCentre::account_of_card(const std::string& card) {
    CF_LET(const Response found,
           ask({Method::get, "/api/customers?loyalty_id=" + http::percent_encode(card)}));
    CF_LET(const auto document, json::Document::parse(found.body, kAnswerLimits));
    CF_LET(const json::Value customers, document.root().array("customers"));
    const auto first = customers.first();
    const bool is_english = options_.said_in() == base::Language::english;
    if (!first)
        return AdminFault("CUSTOMER_NOT_FOUND", is_english
                                                    ? "No customer has the card " + card
                                                    : "Nincs ilyen kártyájú ügyfél: " + card);
    CF_LET(const std::string_view id, first->text("id"));
    return std::string(id);
}

AdminOutcome<std::string> AdminCentre::account_of(const std::string& text) {
    if (base::Uuid::parse(text).ok()) return text;
    if (text.find('@') == std::string::npos) return account_of_card(text);
    CF_LET(const Response found,
           ask({Method::get, "/api/v1/users/search/by-email?email=" + http::percent_encode(text)}));
    CF_LET(const auto document, json::Document::parse(found.body, kAnswerLimits));
    CF_LET(const std::string_view id, document.root().text("id"));
    return std::string(id);
}

}  // namespace counterfoil::tool
