#include "firmware/core/base/error.h"

#include "firmware/core/base/check.h"

namespace counterfoil::base {

std::string_view code_name(Code code) {
    switch (code) {
        case Code::invalid_argument:
            return "invalid_argument";
        case Code::malformed:
            return "malformed";
        case Code::too_large:
            return "too_large";
        case Code::unsupported_version:
            return "unsupported_version";
        case Code::overflow:
            return "overflow";
        case Code::not_found:
            return "not_found";
        case Code::already_exists:
            return "already_exists";
        case Code::permission_denied:
            return "permission_denied";
        case Code::read_only:
            return "read_only";
        case Code::io_failed:
            return "io_failed";
        case Code::disk_full:
            return "disk_full";
        case Code::disk_nearly_full:
            return "disk_nearly_full";
        case Code::corrupt:
            return "corrupt";
        case Code::foreign_file:
            return "foreign_file";
        case Code::second_writer:
            return "second_writer";
        case Code::key_exposed:
            return "key_exposed";
        case Code::key_mismatch:
            return "key_mismatch";
        case Code::bad_signature:
            return "bad_signature";
        case Code::bad_certificate:
            return "bad_certificate";
        case Code::signer_failed:
            return "signer_failed";
        case Code::clock_before_build:
            return "clock_before_build";
        case Code::restored_copy:
            return "restored_copy";
        case Code::rolled_back:
            return "rolled_back";
        case Code::refused:
            return "refused";
    }
    CF_CHECK(false);
}

Error Error::within(std::string_view doing) const {
    return Error(code_, std::string(doing) + ": " + message_);
}

std::string Error::line() const {
    return std::string(code_name(code_)) + ": " + message_;
}

}  // namespace counterfoil::base
