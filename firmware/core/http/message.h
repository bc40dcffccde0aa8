#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware/core/base/clock.h"
#include "firmware/core/base/wording.h"
#include "firmware/core/http/target.h"

// Requests and responses as plain values; nothing here knows the web server library.
namespace counterfoil::http {

enum class Method { get, head, post, put, patch, remove, options };

// "DELETE" for remove, and so on; none for a method that no route of ours can have.
std::string_view method_name(Method method);
std::optional<Method> method_from_name(std::string_view name);

// Whether a request of this method changes anything.
bool is_write(Method method);

// A header is found under its name in any case. A name can stand more than once.
class Headers {
  public:
    struct Field {
        std::string name;
        std::string value;
    };

    // The first one of this name.
    std::optional<std::string_view> find(std::string_view name) const;
    std::size_t count(std::string_view name) const;

    void add(std::string_view name, std::string_view value) {
        fields_.push_back({std::string(name), std::string(value)});
    }
    // Takes the place of all of this name.
    void set(std::string_view name, std::string_view value);

    std::vector<Field>::const_iterator begin() const { return fields_.begin(); }
    std::vector<Field>::const_iterator end() const { return fields_.end(); }

  private:
    std::vector<Field> fields_;
};

struct Request {
    Method method = Method::get;
    Target target;
    // What stood in the places of the route's pattern, by name, decoded.
    Parameters parameters;
    Headers headers;
    std::string body;
    // "127.0.0.1": who opened the connection.
    std::string remote_address;

    std::optional<std::string_view> parameter(std::string_view name) const {
        return find(parameters, name);
    }
    std::optional<std::string_view> query(std::string_view name) const {
        return find(target.query, name);
    }
};

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
};

// A response with a JSON text as its body.
Response json_response(int status, std::string text);

// The language that the reader of the answer asked for; English where that is none of ours.
base::Language language_of(const Headers& headers);

// Why a request is not done: a stable code for programs, a sentence for people.
struct Refusal {
    int status = 500;
    std::string error_code;
    base::Sentence detail;
};

// 404: no route and no file.
Refusal nothing_here();

// {"detail":..., "error_code":..., "timestamp":...}: how every refusal looks, here and in handlers.
Response error_response(const Refusal& refusal, base::Language language, base::WallTime now);

// "Not Found"; empty for a status that we do not know.
std::string_view reason_phrase(int status);

// "Sat, 21 Nov 2026 08:00:00 GMT"
std::string http_date(base::WallTime time);

// The bytes that start a response: status line, headers and the empty line, with Date, and with
// Content-Length where the length is known. None where a header would break out of its line.
std::optional<std::string> response_head(const Response& response, base::WallTime now,
                                         std::optional<std::size_t> length, bool keeps_open);

// Whether two ASCII texts are the same but for their case.
bool same_name(std::string_view left, std::string_view right);

// Walks a header's elements between commas, without the spaces around them.
std::vector<std::string_view> elements(std::string_view value);

}  // namespace counterfoil::http
