#pragma once

#include <filesystem>
#include <string>

#include "firmware/core/base/result.h"
#include "firmware/core/base/wording.h"
#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

// What all commands to a centre share.
struct AdminOptions {
    std::string session;  // the file; empty: the standing one
    bool json = false;
    bool csv = false;
    std::string request;  // a key of the user's own for one write
    std::string language = "en";

    base::Language said_in() const {
        return base::language_from_code(language).value_or(base::Language::english);
    }
};

// Why the centre, or the way to it, did not do it: the centre's own code and sentence, or one of
// this program's.
struct AdminFault {
    AdminFault(std::string with_code, std::string with_sentence)
        : code(std::move(with_code)), sentence(std::move(with_sentence)) {}
    AdminFault(const base::Error& error)
        : code(base::code_name(error.code())), sentence(error.message()) {}

    std::string code;
    std::string sentence;
};

// Says it in one line on standard error, as every command does: "counterfoil: CODE: ...".
ExitCode refuse(const AdminFault& fault);

template <class T>
using AdminOutcome = base::Result<T, AdminFault>;

}  // namespace counterfoil::tool
