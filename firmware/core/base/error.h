#pragma once

#include <string>
#include <string_view>

namespace counterfoil::base {

// The closed list of what can go wrong, the same on the terminal, on the command line and at the
// centre. A code is for programs and for the manual; the message beside it is for people.
enum class Code {
    invalid_argument,     // the caller asked for something that makes no sense
    malformed,            // text or bytes that are not in the promised form
    too_large,            // over a stated bound
    unsupported_version,  // written by a newer program than this one
    overflow,             // a number does not fit
    not_found,            // there is no such file or thing
    already_exists,       // and will not be replaced
    permission_denied,    // the operating system says no
    read_only,            // the file or its folder cannot be written
    io_failed,            // the disk answered with an error
    disk_full,            // no room for what was to be written
    disk_nearly_full,     // at the mark where selling stops, so that the day can still be closed
    corrupt,              // a file of ours whose content does not hold together
    foreign_file,         // a file, but not one of ours
    second_writer,        // another process holds the right to write this file
    key_exposed,          // a private key that others can read
    key_mismatch,         // key, certificate and ledger do not belong together
    bad_signature,        // not made by the key that it should be by
    bad_certificate,      // not a certificate of ours, or not issued by whom it should be
    signer_failed,        // the signing key cannot be used just now
    clock_before_build,   // the clock tells a time before this program existed
    restored_copy,        // the ledger is older than what this terminal has already recorded
    rolled_back,          // the centre's database is older than what the centre has recorded
    refused,              // a rule of the business says no
};

// The code's stable name, as printed and documented: "disk_full".
std::string_view code_name(Code code);

// What went wrong, with the story added on the way up.
class Error {
  public:
    Error(Code code, std::string message) : code_(code), message_(std::move(message)) {}

    Code code() const { return code_; }
    const std::string& message() const { return message_; }

    // The same error, its message opened by what was being done: "opening journal.db: ...".
    Error within(std::string_view doing) const;

    // One line for a person or a log: "disk_full: no room left on the disk".
    std::string line() const;

  private:
    Code code_;
    std::string message_;
};

}  // namespace counterfoil::base
