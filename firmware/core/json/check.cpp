#include "firmware/core/base/coding.h"
#include "firmware/core/json/scanner.h"

namespace counterfoil::json {

using base::Code;
using base::Error;
using base::Status;

namespace {

struct Nobody {
    void open(bool) {}
    void close() {}
    void name(std::string_view, bool) {}
    void text(std::string_view, bool) {}
    void word(std::string_view) {}
    void integer(std::int64_t) {}
    void number(std::string_view) {}
};

}  // namespace

Status check_bounds(std::string_view text, const Limits& limits) {
    CF_CHECK(limits.max_depth <= kMaxDepthEver);
    if (text.size() > limits.max_bytes)
        return Error(Code::too_large,
                     "the JSON is over " + std::to_string(limits.max_bytes) + " bytes");
    if (!base::is_utf8(text)) return malformed("it is not UTF-8");
    return {};
}

Status check(std::string_view text, const Limits& limits) {
    CF_TRY(check_bounds(text, limits));
    Nobody nobody;
    return Scanner(text, limits.max_depth, nobody).scan();
}

}  // namespace counterfoil::json
