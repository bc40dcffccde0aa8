#include "daemon/aggregator/store/postgres/postgres_error.h"

#include <array>

namespace counterfoil::store {

using base::Code;

namespace {

struct Meaning {
    std::string_view beginning;  // of the SQLSTATE; the first that fits counts
    Code code;
};

constexpr std::array kMeanings{
    Meaning{"23", Code::refused},
    // Another transaction was in the way; this one may be done again.
    Meaning{"40001", Code::second_writer},
    Meaning{"40P01", Code::second_writer},
    Meaning{"55P03", Code::second_writer},
    Meaning{"53100", Code::disk_full},
    // What the connection was thought to have prepared it has not, or has under another name.
    Meaning{"26000", Code::io_failed},
    Meaning{"42P05", Code::io_failed},
    Meaning{"25006", Code::read_only},
    Meaning{"25P02", Code::invalid_argument},
    Meaning{"22003", Code::overflow},
    Meaning{"22021", Code::malformed},
    Meaning{"22", Code::invalid_argument},
    Meaning{"42501", Code::permission_denied},
    Meaning{"28", Code::permission_denied},
    Meaning{"42", Code::invalid_argument},
    Meaning{"0A", Code::invalid_argument},
    Meaning{"54", Code::too_large},
    Meaning{"XX001", Code::corrupt},
    Meaning{"XX002", Code::corrupt},
};

Code code_of(std::string_view sqlstate) {
    for (const Meaning& meaning : kMeanings)
        if (sqlstate.starts_with(meaning.beginning)) return meaning.code;
    return Code::io_failed;
}

}  // namespace

base::Error postgres_error(std::string_view sqlstate, std::string_view message,
                           std::string_view constraint) {
    std::string sentence(message.substr(0, message.find('\n')));
    if (!constraint.empty()) sentence += " (" + std::string(constraint) + ")";
    if (!sqlstate.empty()) sentence += " [" + std::string(sqlstate) + "]";
    return {code_of(sqlstate), std::move(sentence)};
}

}  // namespace counterfoil::store
