#include "tools/counterfoil/admin_call.h"

#include <charconv>
#include <chrono>
#include <iostream>
#include <thread>

#include "firmware/core/json/json.h"
#include "tools/counterfoil/admin_text.h"
#include "tools/counterfoil/progress.h"

namespace counterfoil::tool {

using base::Language;
using http::Response;

namespace {

constexpr json::Limits kAnswerLimits{8UL << 20, 16};
constexpr std::int64_t kRowsAtOnce = 1000;
constexpr std::chrono::milliseconds kBetweenLooks{200};

std::int64_t number_in(const json::Value& object, std::string_view name) {
    const auto member = object.find(name);
    return member ? member->integer().value_or(0) : 0;
}

std::int64_t total_of(const Response& response) {
    const auto said = response.headers.find("X-Total-Count").value_or("0");
    std::int64_t total = 0;
    std::from_chars(said.data(), said.data() + said.size(), total);
    return total;
}

// All of the list, in parts, or the one that was asked for.
AdminOutcome<ExitCode> write_csv(AdminCall call, AdminCentre& centre) {
    const bool is_whole = call.verb.parts != AdminParts::none && !call.limit;
    if (is_whole) call.limit = kRowsAtOnce;
    for (bool is_first = true;; is_first = false) {
        CF_LET(AdminRequest request, request_of(call, centre));
        request.target += request.target.find('?') == std::string::npos ? "?" : "&";
        request.target += "format=csv";
        CF_LET(const Response part, centre.ask(request));
        std::string_view text = part.body;
        if (!is_first) text.remove_prefix(std::min(text.find('\n') + 1, text.size()));
        std::cout << text;
        if (!is_whole) return kDone;
        if (const auto next = part.headers.find("X-Next")) {
            call.after = *next;
            continue;
        }
        call.skip = call.skip.value_or(0) + kRowsAtOnce;
        if (call.verb.parts == AdminParts::after || *call.skip >= total_of(part)) return kDone;
    }
}

// An import that the centre has taken; what it came to.
AdminOutcome<Response> await_end(Response response, AdminCentre& centre) {
    for (;;) {
        CF_LET(const auto document, json::Document::parse(response.body, kAnswerLimits));
        CF_LET(const std::string_view state, document.root().text("state"));
        if (state != "working") break;
        show_progress("making PINs:", number_in(document.root(), "pins_left"), "left");
        std::this_thread::sleep_for(kBetweenLooks);
        CF_LET(const std::string_view id, document.root().text("id"));
        CF_LET(response, centre.ask({http::Method::get, "/api/imports/" + std::string(id)}));
    }
    end_progress();
    return response;
}

// Where the part behind this one begins; empty: there is none.
std::string next_in(const json::Value& answer) {
    const auto next = answer.find("next");
    return next ? std::string(next->text().value_or("")) : std::string();
}

// The centre looks at so many rows for one part, of which none may be what was asked for: then the
// part behind it is asked for.
AdminOutcome<Response> pass_empty_parts(AdminCall call, Response response, AdminCentre& centre) {
    for (;;) {
        CF_LET(const auto document, json::Document::parse(response.body, kAnswerLimits));
        CF_LET(const json::Value rows, document.root().array(call.verb.columns.list));
        call.after = next_in(document.root());
        if (rows.first() || call.after.empty()) return response;
        CF_LET(const AdminRequest request, request_of(call, centre));
        CF_LET(response, centre.ask(request));
    }
}

// What was left out of a list, on standard error, so that what is piped on stays a table.
void tell_rest(const AdminCall& call, const json::Value& answer, Language language) {
    const auto rows = answer.find(call.verb.columns.list);
    const bool is_english = language == Language::english;
    if (call.verb.parts == AdminParts::after) {
        const std::string next = next_in(answer);
        if (!next.empty())
            std::cerr << (is_english ? "more: --after " : "tovább: --after ") << next << '\n';
        return;
    }
    std::int64_t told = call.skip.value_or(0);
    for (auto row = rows->first(); row; row = row->next()) ++told;
    const std::int64_t total = number_in(answer, "total");
    if (call.verb.parts == AdminParts::none || told >= total) return;
    std::cerr << told << (is_english ? " of " : " / ") << total
              << (is_english ? "; more: --skip " : "; tovább: --skip ") << told << '\n';
}

AdminOutcome<ExitCode> show(const AdminCall& call, const Response& response,
                            const AdminOptions& options) {
    CF_LET(const auto document, json::Document::parse(response.body, kAnswerLimits));
    const json::Value answer = document.root();
    const AdminColumns& columns = call.verb.columns;
    if (options.json) {
        std::cout << response.body << '\n';
    } else if (columns.list != nullptr) {
        CF_LET(const json::Value rows, answer.array(columns.list));
        std::cout << table_text(rows, columns.members, options.said_in());
        tell_rest(call, answer, options.said_in());
    } else {
        std::cout << record_text(answer, options.said_in());
    }
    const auto state = answer.find("state");
    if (call.verb.goes_on && state && state->text() == "failed") return kRefused;
    const bool has_problems =
        number_in(answer, "problem_count") + number_in(answer, "rejected") > 0;
    return has_problems ? kDoesNotVerify : kDone;
}

AdminOutcome<ExitCode> carry_out(const AdminCall& call, const AdminOptions& options) {
    CF_LET(AdminCentre centre, AdminCentre::open(options));
    if (options.csv) return write_csv(call, centre);
    CF_LET(const AdminRequest request, request_of(call, centre));
    CF_LET(Response response, centre.ask(request));
    if (call.verb.goes_on) {
        CF_LET(response, await_end(std::move(response), centre));
    }
    if (call.verb.parts == AdminParts::after) {
        CF_LET(response, pass_empty_parts(call, std::move(response), centre));
    }
    return show(call, response, options);
}

}  // namespace

ExitCode refuse(const AdminFault& fault) {
    std::cerr << "counterfoil: " << fault.code << ": " << shown(fault.sentence) << '\n';
    return kRefused;
}

ExitCode run_admin_call(const AdminCall& call, const AdminOptions& options) {
    const auto done = carry_out(call, options);
    return done.ok() ? done.value() : refuse(done.error());
}

}  // namespace counterfoil::tool
