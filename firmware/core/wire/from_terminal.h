#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "firmware/core/base/id.h"
#include "firmware/core/wire/fields.h"

// What a terminal says to the centre. Nothing of it is signed as a message: events and heads carry
// the terminal's own signatures, and who sends is known from the certificate of the connection.
namespace counterfoil::wire {

inline constexpr std::int64_t kProtocol = 1;
inline constexpr std::size_t kMaxProtocols = 8;
inline constexpr std::int64_t kMaxProtocol = 1'000'000;
inline constexpr std::size_t kMaxSoftwareBytes = 64;

struct Hello {
    std::string terminal;
    Cursor cursor;                                   // where its own ledger ends
    base::Uuid incarnation;                          // of that ledger, as in its genesis
    std::vector<std::int64_t> protocols{kProtocol};  // that it speaks, rising; at least one
    std::string software;                            // its version, for people
    Nonce nonce{};

    bool operator==(const Hello&) const = default;
};

// What ledger::write_batch() wrote, and ledger::Batch::read() takes. It is neither copied nor
// looked at: of a message that was read, it points into the message.
struct Batch {
    std::string_view bytes;

    bool operator==(const Batch&) const = default;
};

// Up to where a terminal has been told, by a receipt that it verified, that the centre holds its
// events.
struct LastReceipt {
    std::int64_t epoch = 1;
    std::int64_t seq = 1;
    base::WallTime server_time;

    bool operator==(const LastReceipt&) const = default;
};

inline constexpr std::int64_t kWholePermille = 1000;

struct Heartbeat {
    std::string terminal;
    Cursor cursor;  // where its own ledger ends
    // The last event's own signature, out of the ledger: whoever has seen it can prove that the
    // ledger once ended there. Missing where the event was recorded while the signer was down.
    std::optional<crypto::Signature> signature;
    base::WallTime at;         // by the terminal's clock
    std::int64_t backlog = 0;  // events that no receipt covers
    std::int64_t disk_used_permille = 0;
    std::optional<LastReceipt> receipt;

    bool operator==(const Heartbeat&) const = default;
};

inline constexpr std::int64_t kMaxDeltaRows = 4096;

struct Pull {
    std::string data_class;
    std::int64_t from = 0;  // the version that it has; 0: none
    std::int64_t max_rows = kMaxDeltaRows;

    bool operator==(const Pull&) const = default;
};

// What a reader would refuse is the caller's fault to have asked for.
std::string write(const Hello& hello);
std::string write(const Batch& batch);
std::string write(const Heartbeat& heartbeat);
std::string write(const Pull& pull);

using FromTerminal = std::variant<Hello, Batch, Heartbeat, Pull>;

// A batch points into the bytes. malformed, also for what only the centre says; too_large;
// unsupported_version.
base::Result<FromTerminal> read_from_terminal(std::string_view bytes);

// Whether the last event was signed by the terminal.
bool is_head_signed(const Heartbeat& heartbeat, const crypto::Verifier& terminal);

}  // namespace counterfoil::wire
