#pragma once

#include "daemon/aggregator/services/desk.h"
#include "firmware/core/ledger/grant.h"

// The terminals, as those see them who look after them.
namespace counterfoil::services {

inline constexpr std::int64_t kTerminalCodeMs = 15LL * 60 * 1000;
inline constexpr std::int64_t kMostStore = 65535;

struct TerminalCode {
    std::string code;  // "ABCD-EFGH-JKMN": told once, the store has its hash alone
    std::int64_t expires_ms = 0;
};
// Whoever has it sets up that terminal in that store, once. An older one of the terminal that was
// not used is worth nothing from then on.
Outcome<TerminalCode> make_terminal_code(Desk& desk, const std::string& terminal,
                                         std::int64_t store);

struct TerminalOfCode {
    std::string terminal;
    std::int64_t store = 0;
};
// What the code is for; terminal_code_wrong where there is none, or it has run out.
Outcome<TerminalOfCode> find_terminal_of_code(store::Database& database, std::string_view code,
                                              base::WallTime now);

// What a device asks for, and what is to be given to it.
struct TerminalRequests {
    std::string ledger;  // PKCS #10, PEM
    std::string link;    // the same for its link; empty: it asks for none
};
struct TerminalCertificates {
    crypto::Certificate ledger;
    std::optional<crypto::Certificate> link;
};

struct Provisioned {
    std::string terminal;
    std::int64_t store = 0;
    std::int64_t epoch = 1;  // of its ledger, open for it
    TerminalCertificates certificates;
    ledger::EpochGrant grant;
};
// The certificate's terminal is known from here on, and the code is used up. The same request again
// is answered as it was at first, so that an answer that was lost is no loss. What an older device
// of that terminal was given lets nobody in any more. `centre` countersigns the epoch.
Outcome<Provisioned> provision_terminal(Desk& desk, std::string_view code,
                                        const TerminalRequests& requests,
                                        const TerminalCertificates& certificates,
                                        crypto::Signer& centre);

// The same without a code, by a certificate that was made elsewhere; returns the epoch that is
// open. Where it is the one that the terminal has, the device is no other, and keeps what it was
// given.
Outcome<std::int64_t> provision_by_certificate(Desk& desk, const crypto::Certificate& certificate,
                                               std::int64_t store);

// What it sends is not taken any more. terminal_unknown where there is none of that name.
Outcome<void> revoke_terminal(Desk& desk, const std::string& name, const std::string& reason);

struct TerminalView {
    std::string name;
    std::int64_t store = 0;
    bool is_revoked = false;
    std::string certificate;                 // its fingerprint, in hexadecimal
    std::optional<std::int64_t> seen_ms;     // when it was heard last
    std::int64_t epoch = 0;                  // the last one that is open
    std::int64_t events = 0;                 // that are held, of all epochs
    std::optional<std::int64_t> said_epoch;  // where its own ledger went when it said so last
    std::optional<std::int64_t> said_seq;
    std::int64_t backlog = 0;  // events that it had then, and are not held now
    bool is_frozen = false;    // two histories of one of its ledgers were found
    std::int64_t forks = 0;
    std::int64_t quarantined = 0;
};

struct TerminalPage {
    std::int64_t total = 0;
    std::vector<TerminalView> terminals;
};
// By their names.
Outcome<TerminalPage> list_terminals(store::Database& database, std::int64_t skip,
                                     std::int64_t limit);
// terminal_unknown where there is none of that name.
Outcome<TerminalView> find_terminal(store::Database& database, const std::string& name);

}  // namespace counterfoil::services
