#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "firmware/core/ledger/receipt.h"
#include "firmware/core/wire/delta.h"
#include "firmware/core/wire/nak.h"

// What the centre says to a terminal. All but a nak is signed by the centre's key.
namespace counterfoil::wire {

// The answer to a hello.
struct Welcome {
    std::string terminal;
    Cursor cursor;  // up to where the centre holds its events: it is to go on from here
    base::WallTime server_time;
    std::int64_t credit = 0;    // how many events may be under way
    Versions versions;          // what the centre can hand down
    std::int64_t protocol = 1;  // which of those that the terminal speaks they speak from here on
    Nonce nonce{};              // the hello's, so that no older welcome can stand for this one
    // A higher epoch than the cursor's, open for a ledger that the terminal begins; 0: there is
    // none.
    std::int64_t open_epoch = 0;

    bool operator==(const Welcome&) const = default;
};

// What ledger::write_receipt() wrote, proven to be signed.
struct Receipt {
    ledger::Receipt content;
    std::string_view text;  // its exact bytes, which prove it, within the message
};

// Which version of a class of central data there is. The broker keeps it for who comes later.
struct Manifest {
    std::string data_class;
    std::int64_t version = 0;
    crypto::Digest digest{};  // of what the class holds in that version, as the class defines it
    base::WallTime server_time;

    bool operator==(const Manifest&) const = default;
};

// What a reader would refuse is the caller's fault to have asked for; the error is the signer's.
base::Result<std::string> write(const Welcome& welcome, crypto::Signer& signer);
base::Result<std::string> write(const Manifest& manifest, crypto::Signer& signer);
// A message of what ledger::write_receipt() wrote, as it is.
std::string wrap_receipt(std::string_view text);

using FromCentre = std::variant<Welcome, Receipt, Nak, Delta, Manifest>;

// A receipt's text and a delta's rows point into the bytes. The signature is judged before anything
// of what it signs is read: bad_signature where it is not the key's; malformed, also for what only
// a terminal says; too_large; unsupported_version.
base::Result<FromCentre> read_from_centre(std::string_view bytes, const crypto::Verifier& centre);

// From content that has been proven to be signed.
base::Result<Welcome> read_welcome(std::string_view proven_content);
base::Result<Manifest> read_manifest(std::string_view proven_content);

}  // namespace counterfoil::wire
