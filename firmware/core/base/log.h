#pragma once

#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>
#include <variant>

#include "firmware/core/base/clock.h"

namespace counterfoil::base {

enum class Level { debug, info, warn, error };

std::string_view level_name(Level level);
Result<Level> level_from_name(std::string_view name);

// One name and value of a log line. It borrows its texts for the length of the call.
struct Field {
    std::string_view name;
    std::variant<std::string_view, std::int64_t, bool> value;

    Field(std::string_view n, std::string_view v) : name(n), value(v) {}
    Field(std::string_view n, const char* v) : name(n), value(std::string_view(v)) {}
    Field(std::string_view n, const std::string& v) : name(n), value(std::string_view(v)) {}
    Field(std::string_view n, std::int64_t v) : name(n), value(v) {}
    Field(std::string_view n, bool v) : name(n), value(v) {}
};

// Writes one line of JSON an entry, whole or not at all:
//   {"at":"2026-11-21T08:00:00.000Z","level":"warn","event":"disk_filling","used_percent":71}
// Entries below the level are skipped. Texts over 512 bytes are cut; what is not UTF-8 is shown as
// U+FFFD, so that a stranger's bytes cannot break a line. One thread at a time.
class Log {
  public:
    // Both must outlive the log.
    Log(std::ostream& out, const Clock& clock, Level level = Level::info)
        : out_(out), clock_(clock), level_(level) {}

    void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
        write(Level::debug, event, fields);
    }
    void info(std::string_view event, std::initializer_list<Field> fields = {}) {
        write(Level::info, event, fields);
    }
    void warn(std::string_view event, std::initializer_list<Field> fields = {}) {
        write(Level::warn, event, fields);
    }
    void error(std::string_view event, std::initializer_list<Field> fields = {}) {
        write(Level::error, event, fields);
    }

  private:
    void write(Level level, std::string_view event, std::initializer_list<Field> fields);

    std::ostream& out_;
    const Clock& clock_;
    Level level_;
};

}  // namespace counterfoil::base
