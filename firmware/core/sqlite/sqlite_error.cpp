#include "firmware/core/sqlite/sqlite_error.h"

#include <sqlite3.h>

namespace counterfoil::sqlite {

using base::Code;

namespace {

Code code_of(int result_code) {
    switch (result_code & 0xff) {
        case SQLITE_FULL:
            return Code::disk_full;
        case SQLITE_READONLY:
            return Code::read_only;
        case SQLITE_CORRUPT:
            return Code::corrupt;
        case SQLITE_NOTADB:
            return Code::foreign_file;
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return Code::permission_denied;
        case SQLITE_CANTOPEN:
            return Code::not_found;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Code::second_writer;
        case SQLITE_TOOBIG:
            return Code::too_large;
        case SQLITE_CONSTRAINT:
            return Code::refused;
        default:
            return Code::io_failed;
    }
}

std::string sentence(Code code) {
    switch (code) {
        case Code::disk_full:
            return "there is no room left on the disk";
        case Code::read_only:
            return "the file or its folder cannot be written";
        case Code::corrupt:
            return "the file is damaged";
        case Code::foreign_file:
            return "the file is not a database";
        case Code::not_found:
            return "the file cannot be opened";
        case Code::second_writer:
            return "another process is writing to the file";
        default:
            return {};
    }
}

}  // namespace

base::Error sqlite_error(int result_code, const std::string& about) {
    const Code code = code_of(result_code);
    const std::string plain = sentence(code);
    return base::Error(code, plain.empty() ? about : plain + " (" + about + ")");
}

}  // namespace counterfoil::sqlite
