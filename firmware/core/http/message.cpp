#include "firmware/core/http/message.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "firmware/core/base/error_code.h"
#include "firmware/core/json/json.h"

namespace counterfoil::http {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 7> kMethods = {{
    {Method::get, "GET"},
    {Method::head, "HEAD"},
    {Method::post, "POST"},
    {Method::put, "PUT"},
    {Method::patch, "PATCH"},
    {Method::remove, "DELETE"},
    {Method::options, "OPTIONS"},
}};

constexpr std::array<std::pair<int, std::string_view>, 34> kReasons = {{
    {100, "Continue"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
}};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_token(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

bool fits_line(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [](char c) {
        return (static_cast<unsigned char>(c) >= ' ' && c != '\x7f') || c == '\t';
    });
}

void append_line(std::string& head, std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
}

// Two digits.
void append_number(std::string& text, unsigned number) {
    text += static_cast<char>('0' + number / 10 % 10);
    text += static_cast<char>('0' + number % 10);
}

}  // namespace

std::string_view method_name(Method method) {
    for (const auto& [known, name] : kMethods)
        if (known == method) return name;
    CF_CHECK(false);
}

std::optional<Method> method_from_name(std::string_view name) {
    for (const auto& [method, known] : kMethods)
        if (known == name) return method;
    return {};
}

bool is_write(Method method) {
    return method == Method::post || method == Method::put || method == Method::patch ||
           method == Method::remove;
}

bool same_name(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (const Field& field : fields_)
        if (same_name(field.name, name)) return field.value;
    return {};
}

std::size_t Headers::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(fields_.begin(), fields_.end(),
                      [&](const Field& field) { return same_name(field.name, name); }));
}

void Headers::set(std::string_view name, std::string_view value) {
    std::erase_if(fields_, [&](const Field& field) { return same_name(field.name, name); });
    add(name, value);
}

Response json_response(int status, std::string text) {
    Response response;
    response.status = status;
    response.headers.add("Content-Type", "application/json");
    response.body = std::move(text);
    return response;
}

base::Language language_of(const Headers& headers) {
    for (const std::string_view element : elements(headers.find("Accept-Language").value_or(""))) {
        const auto language = base::language_from_code(element.substr(0, 2));
        if (language) return *language;
    }
    return base::Language::english;
}

Refusal nothing_here() {
    return {404, "not_found", {"There is nothing at this path.", "Ezen az úton nincs semmi."}};
}

Response error_response(const Refusal& refusal, base::Language language, base::WallTime now) {
    json::Object body;
    body.set("detail", said(refusal.detail, language))
        .set("error_code", base::error_code(refusal.error_code));
    body.set("timestamp", to_rfc3339(now));
    auto text = body.write();
    if (text.ok()) return json_response(refusal.status, std::move(text).value());
    // A detail that quotes what is no text must not cost the refusal itself.
    return error_response({refusal.status,
                           "unreadable",
                           {"The reason is no text.", "Az ok nem írható ki szövegként."}},
                          language, now);
}

std::string_view reason_phrase(int status) {
    for (const auto& [known, phrase] : kReasons)
        if (known == status) return phrase;
    return "";
}

std::string http_date(base::WallTime time) {
    using std::chrono::floor;
    const std::chrono::sys_time<std::chrono::milliseconds> at{
        std::chrono::milliseconds(time.unix_ms)};
    const auto day = floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(floor<std::chrono::seconds>(at - day));
    const std::string_view days = "SunMonTueWedThuFriSat";
    const std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    std::string text(days.substr(std::chrono::weekday(day).c_encoding() * 3, 3));
    text += ", ";
    append_number(text, static_cast<unsigned>(date.day()));
    text.append(" ").append(months.substr((static_cast<unsigned>(date.month()) - 1) * 3, 3));
    text.append(" ").append(std::to_string(static_cast<int>(date.year()))).append(" ");
    append_number(text, static_cast<unsigned>(clock.hours().count()));
    text += ':';
    append_number(text, static_cast<unsigned>(clock.minutes().count()));
    text += ':';
    append_number(text, static_cast<unsigned>(clock.seconds().count()));
    return text + " GMT";
}

std::optional<std::string> response_head(const Response& response, base::WallTime now,
                                         std::optional<std::size_t> length, bool keeps_open) {
    CF_CHECK(response.status >= 100 && response.status <= 599);
    std::string head;
    head.reserve(512);
    head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    head.append(reason_phrase(response.status)).append("\r\n");
    append_line(head, "Date", http_date(now));
    for (const auto& [name, value] : response.headers) {
        if (!is_token(name) || !fits_line(value)) return {};
        append_line(head, name, value);
    }
    if (length) append_line(head, "Content-Length", std::to_string(*length));
    if (!keeps_open) append_line(head, "Connection", "close");
    return head += "\r\n";
}

std::vector<std::string_view> elements(std::string_view value) {
    std::vector<std::string_view> found;
    while (!value.empty()) {
        const std::size_t comma = value.find(',');
        std::string_view element = value.substr(0, comma);
        value.remove_prefix(comma == std::string_view::npos ? value.size() : comma + 1);
        const auto first = element.find_first_not_of(" \t");
        if (first == std::string_view::npos) continue;
        found.push_back(element.substr(first, element.find_last_not_of(" \t") - first + 1));
    }
    return found;
}

}  // namespace counterfoil::http
