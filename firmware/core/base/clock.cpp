#include "firmware/core/base/clock.h"

#include <ctime>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace counterfoil::base {
namespace {

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
constexpr std::string_view kShape = "0000-00-00T00:00:00.000Z";

Error malformed() {
    return Error(Code::malformed,
                 "a time reads 2026-11-21T08:00:00.000Z, in UTC with milliseconds");
}

bool has_shape(std::string_view text) {
    if (text.size() != kShape.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (kShape[i] == '0' ? !digit : text[i] != kShape[i]) return false;
    }
    return true;
}

unsigned number(std::string_view text, std::size_t from, std::size_t length) {
    unsigned value = 0;
    std::from_chars(text.data() + from, text.data() + from + length, value);
    return value;
}

std::int64_t read_clock(clockid_t id) {
    timespec now{};
    CF_CHECK(clock_gettime(id, &now) == 0);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace

std::string to_rfc3339(WallTime time) {
    using namespace std::chrono;
    const auto point = sys_time<milliseconds>(milliseconds(time.unix_ms));
    const auto day = floor<days>(point);
    const year_month_day date(day);
    const int year = static_cast<int>(date.year());
    CF_CHECK(year >= 1970 && year <= 9999);
    const auto ms = static_cast<unsigned>((point - day).count());
    std::array<char, 40> text{};
    const int length =
        std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02u:%02u:%02u.%03uZ", year,
                      unsigned(date.month()), unsigned(date.day()), ms / 3'600'000,
                      ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
    return std::string(text.data(), static_cast<std::size_t>(length));
}

Result<WallTime> from_rfc3339(std::string_view text) {
    using namespace std::chrono;
    if (!has_shape(text)) return malformed();
    const year_month_day date(year(static_cast<int>(number(text, 0, 4))), month(number(text, 5, 2)),
                              day(number(text, 8, 2)));
    const unsigned hours = number(text, 11, 2);
    const unsigned minutes = number(text, 14, 2);
    const unsigned seconds = number(text, 17, 2);
    if (!date.ok() || date.year() < year(1970) || hours > 23 || minutes > 59 || seconds > 59)
        return malformed();
    const std::int64_t days = sys_days(date).time_since_epoch().count();
    const std::int64_t ms = ((hours * 60 + minutes) * 60 + seconds) * 1000LL + number(text, 20, 3);
    return WallTime{days * kDayMs + ms};
}

Status check_clock(WallTime now, WallTime not_before) {
    if (now >= not_before) return {};
    return Error(Code::clock_before_build, "the clock says " + to_rfc3339(now) +
                                               ", which is before " + to_rfc3339(not_before) +
                                               ", when this program was built; set the clock");
}

std::string to_local_text(WallTime time) {
    constexpr std::int64_t kSecondMs = 1000;
    const auto seconds = static_cast<std::time_t>(time.unix_ms / kSecondMs);
    std::tm local{};
    CF_CHECK(::localtime_r(&seconds, &local) != nullptr);
    std::array<char, 40> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &local);
    return std::string(text.data(), length);
}

WallTime SystemClock::now() const {
    return WallTime{read_clock(CLOCK_REALTIME)};
}

std::int64_t SystemClock::steady_ms() const {
    return read_clock(CLOCK_BOOTTIME);
}

}  // namespace counterfoil::base
