#include "tools/counterfoil/provision_folder.h"

#include <cerrno>
#include <cstdio>

#include "daemon/sync/sync_folder.h"
#include "firmware/core/base/coding.h"
#include "firmware/core/base/file.h"
#include "tools/counterfoil/till_guard.h"

namespace counterfoil::tool {

using base::Code;
using base::Error;
using base::Readers;
using base::Result;
using base::Status;
using crypto::SigningKey;
using till::TillFolder;

namespace {

constexpr const char* kKey = "key.pem";
constexpr const char* kLinkKey = "link-key.pem";
constexpr const char* kRequests = "requests";  // of both keys, one behind the other
constexpr const char* kAnswer = "answer.json";
constexpr const char* kAside = "aside";  // where an older till's files go; whole once it is known
constexpr const char* kDoneBy = "set-up-by";  // in the sync daemon's folder: the code's hash
constexpr std::size_t kMostBytes = 256UL << 10;
constexpr std::string_view kEnd = "-----END CERTIFICATE REQUEST-----\n";

std::string hash_of_code(const std::string& code) {
    return base::to_hex(crypto::sha256({base::as_bytes("counterfoil/set-up-by/1\n" + code)}));
}

bool is_there(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
}

Status make_folder(const std::filesystem::path& path) {
    std::error_code fault;
    std::filesystem::create_directories(path, fault);
    return fault ? Status(base::system_error(fault.value(), path)) : Status();
}

Result<SigningKey> key_at(const std::filesystem::path& path, base::Entropy& entropy) {
    if (is_there(path)) return SigningKey::load(path, entropy);
    SigningKey key = SigningKey::generate(entropy);
    CF_TRY(key.save(path));
    return key;
}

// One file or folder; what was moved before stays where it is.
Status move(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (!is_there(from)) return {};
    if (is_there(to))
        return Error(Code::already_exists, to.string() + " is there, and so is " + from.string());
    if (std::rename(from.c_str(), to.c_str()) != 0) return base::system_error(errno, from);
    return {};
}

Status place_text(const std::filesystem::path& path, const std::string& text) {
    return text.empty() ? Status() : base::replace_file(path, text, Readers::everyone);
}

// Where an older till's files go; empty where no till has worked here.
Result<std::filesystem::path> place_for_older(const TillFolder& till) {
    CF_LET(const auto held, held_ledger(till));
    if (!held && !is_there(till.key()) && !is_there(till.desk()) && !is_there(till.journal().mark))
        return std::filesystem::path();
    const std::string name = held ? "epoch-" + std::to_string(held->epoch) : "remains";
    std::filesystem::path to = old_ledgers(till) / name;
    for (int copy = 2; is_there(to); ++copy)
        to = old_ledgers(till) / (name + "-" + std::to_string(copy));
    return to;
}

// The same key in its place; one that is there is it.
Status place_key(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (is_there(to)) return {};
    CF_LET(const std::string pem, base::read_file(from, kMostBytes));
    return base::create_file(to, pem, Readers::owner_only);
}

}  // namespace

Result<sqlite::WriterClaim> claim_till(const TillFolder& till) {
    CF_TRY(make_folder(till.path));
    return sqlite::WriterClaim::take(till.journal().database, nullptr);
}

Result<sqlite::WriterClaim> claim_sync(const TillFolder& till) {
    CF_TRY(make_folder(till.path));
    return sync::claim({till.path});
}

Result<PendingTill> PendingTill::read(const TillFolder& till, base::Entropy& entropy) {
    PendingTill pending(till);
    CF_LET(const SigningKey key, SigningKey::load(pending.file(kKey), entropy));
    CF_LET(const SigningKey link, SigningKey::load(pending.file(kLinkKey), entropy));
    CF_LET(const std::string both, base::read_file(pending.file(kRequests), kMostBytes));
    const std::size_t line = both.find('\n');
    const std::size_t end = both.find(kEnd);
    if (line == std::string::npos || end == std::string::npos)
        return Error(Code::corrupt, pending.file(kRequests).string() + " is not ours");
    pending.terminal_ = both.substr(0, line);
    pending.ledger_request_ = both.substr(line + 1, end + kEnd.size() - line - 1);
    pending.link_request_ = both.substr(end + kEnd.size());
    pending.ledger_key_ = key.public_key();
    pending.link_key_ = link.public_key();
    return pending;
}

Result<PendingTill> PendingTill::begin(const TillFolder& till, const std::string& terminal,
                                       base::Entropy& entropy) {
    PendingTill pending(till);
    CF_TRY(make_folder(till.path / "pending"));
    if (!is_there(pending.file(kRequests))) {
        CF_LET(const SigningKey key, key_at(pending.file(kKey), entropy));
        CF_LET(const SigningKey link, key_at(pending.file(kLinkKey), entropy));
        CF_LET(const base::Bytes ledger_request, crypto::make_request(key, terminal));
        CF_LET(const base::Bytes link_request, crypto::make_request(link, terminal));
        CF_TRY(base::create_file(pending.file(kRequests),
                                 terminal + "\n" + crypto::request_text(ledger_request) +
                                     crypto::request_text(link_request),
                                 Readers::owner_only));
    }
    CF_LET(auto made, read(till, entropy));
    if (made.terminal_ == terminal) return made;
    return Error(Code::already_exists, (till.path / "pending").string() + " is of " +
                                           made.terminal_ + ", which was never finished; remove " +
                                           "it where " + terminal + " is to be set up");
}

Result<std::optional<PendingTill>> PendingTill::find_answered(const TillFolder& till,
                                                              base::Entropy& entropy) {
    if (!is_there(PendingTill(till).file(kAnswer))) return std::optional<PendingTill>();
    CF_LET(auto pending, read(till, entropy));
    return std::optional(std::move(pending));
}

bool PendingTill::is_done_by(const TillFolder& till, const std::string& code) {
    const auto done = base::read_file(till.sync() / kDoneBy, kMostBytes);
    const PendingTill pending(till);
    if (!done.ok() || done.value() != hash_of_code(code) || !is_there(till.journal().database) ||
        is_there(pending.file(kAnswer)))
        return false;
    pending.clear();
    return true;
}

// Unless what is on its way there is the next till already.
void PendingTill::clear() const {
    const auto own = base::read_file(file(kKey), kMostBytes);
    const auto there = base::read_file(till_.key(), kMostBytes);
    std::error_code ignored;
    if (!own.ok() || (there.ok() && there.value() == own.value()))
        std::filesystem::remove_all(till_.path / "pending", ignored);
}

Result<Provisioning> PendingTill::take(const std::string& answer) {
    CF_LET(auto given, read_provisioning(answer, {terminal_, ledger_key_, link_key_}));
    CF_TRY(base::replace_file(file(kAnswer), answer, Readers::owner_only));
    return given;
}

Result<Provisioning> PendingTill::answered() const {
    CF_LET(const std::string answer, base::read_file(file(kAnswer), kMostBytes));
    return read_provisioning(answer, {terminal_, ledger_key_, link_key_});
}

Result<std::filesystem::path> PendingTill::install(const Provisioning& given, const Centre& centre,
                                                   const base::Clock& clock) const {
    std::filesystem::path aside;
    {
        CF_LET(const auto claim, claim_till(till_));
        CF_LET(aside, put_aside());
        CF_TRY(place(given));
        CF_TRY(place_sync(given, centre));
    }
    // Which claims it itself.
    CF_TRY(begin_ledger(given, clock));
    // The answer goes first: without it nothing of this is taken up again.
    std::error_code ignored;
    std::filesystem::remove(file(kAnswer), ignored);
    clear();
    return aside;
}

// Once it is decided where they go, that is what is done, however often it is begun again.
Result<std::filesystem::path> PendingTill::put_aside() const {
    if (!is_there(file(kAside))) {
        CF_LET(const std::filesystem::path to, place_for_older(till_));
        CF_TRY(base::create_file(file(kAside), to.string(), Readers::owner_only));
    }
    CF_LET(const std::string to, base::read_file(file(kAside), kMostBytes));
    if (!to.empty()) CF_TRY(move_aside(to));
    return std::filesystem::path(to);
}

// The journal goes last: while it is there, so is something to be put aside. What is there under
// the new key, which is the first to be put there, is this till's already.
Status PendingTill::move_aside(const std::filesystem::path& to) const {
    CF_LET(const std::string own, base::read_file(file(kKey), kMostBytes));
    const auto there = base::read_file(till_.key(), kMostBytes);
    if (there.ok() && there.value() == own) return {};
    CF_TRY(make_folder(to));
    for (const char* name : {"mirror.db", "mirror.db-wal", "mirror.db-shm", "desk.db",
                             "desk.db-wal", "desk.db-shm", "sync", "key.pem", "certificate.pem",
                             "journal-base.db", "journal-base.db-wal", "journal-base.db-shm",
                             "journal.mark", "journal.db-wal", "journal.db-shm", "journal.db"}) {
        CF_TRY(move(till_.path / name, to / name));
    }
    return {};
}

Status PendingTill::place(const Provisioning& given) const {
    CF_TRY(place_key(file(kKey), till_.key()));
    CF_TRY(place_text(till_.certificate(), crypto::chain_text(given.certificates)));
    CF_TRY(place_text(till_.root(), given.trust_root));
    CF_TRY(place_text(till_.key_list(), given.key_list));
    till::TillCard card;
    if (is_there(till_.card())) {
        CF_LET(card, till::read_card(till_));
    }
    card.store = static_cast<std::uint16_t>(given.store);
    return till::write_card(till_, card);
}

Status PendingTill::place_sync(const Provisioning& given, const Centre& centre) const {
    const sync::SyncFolder sync{till_.path};
    CF_TRY(make_folder(sync.own()));
    CF_TRY(place_key(file(kLinkKey), sync.key()));
    CF_TRY(place_text(sync.certificate(), crypto::chain_text(given.link)));
    CF_TRY(place_text(sync.centre(), crypto::chain_text({given.centre})));
    if (!centre.authority.empty()) {
        CF_LET(const std::string pem, base::read_file(centre.authority, kMostBytes));
        CF_TRY(place_text(sync.centre_authority(), pem));
    }
    CF_TRY(place_text(sync.own() / kDoneBy, hash_of_code(centre.code)));
    if (!given.broker) return {};
    CF_TRY(place_text(sync.authority(), given.broker_authority));
    return sync::write_settings(sync, {given.broker->host, given.broker->port, given.broker->tenant,
                                       given.broker->shard, centre.url});
}

Status PendingTill::begin_ledger(const Provisioning& given, const base::Clock& clock) const {
    const auto begun = till::TillLedger::begin(till_, given.opening, clock);
    if (begun.ok() || begun.error().code() != Code::already_exists)
        return begun.ok() ? Status() : begun.error();
    // It was begun before this was interrupted.
    CF_LET(const auto held, held_ledger(till_));
    if (held && held->epoch == given.opening.epoch) return {};
    return begun.error();
}

}  // namespace counterfoil::tool
