#include "firmware/till/till_folder.h"

#include <chrono>
#include <thread>

#include "firmware/core/base/boot.h"
#include "firmware/core/base/file.h"
#include "firmware/core/crypto/public_key.h"
#include "firmware/core/ledger/members.h"
#include "firmware/till/trust.h"

namespace counterfoil::till {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
constexpr std::int64_t kCertificateDays = 3652;
constexpr std::size_t kMaxCardBytes = 4096;
constexpr std::int64_t kMaxStore = 65535;
constexpr std::int64_t kWidestPaper = 80;

Status make_folder(const TillFolder& folder) {
    std::error_code fault;
    std::filesystem::create_directories(folder.path, fault);
    if (fault) return base::system_error(fault.value(), folder.path);
    return {};
}

// The key that an interrupted call left, or a new one.
Result<crypto::SigningKey> key_in(const TillFolder& folder, base::Entropy& entropy) {
    std::error_code ignored;
    if (std::filesystem::exists(folder.key(), ignored))
        return crypto::SigningKey::load(folder.key(), entropy);
    crypto::SigningKey key = crypto::SigningKey::generate(entropy);
    CF_TRY(key.save(folder.key()));
    return key;
}

Result<std::vector<crypto::Certificate>> certificates_in(const TillFolder& folder,
                                                         const crypto::SigningKey& key,
                                                         const crypto::Identity& identity) {
    std::error_code ignored;
    if (std::filesystem::exists(folder.certificate(), ignored))
        return crypto::load_chain(folder.certificate());
    CF_LET(auto own, crypto::Certificate::self_signed(key, identity, crypto::Use::end_entity));
    std::vector<crypto::Certificate> chain{std::move(own)};
    CF_TRY(crypto::save_chain(folder.certificate(), chain));
    return chain;
}

}  // namespace

Status write_card(const TillFolder& folder, const TillCard& card) {
    json::Object object;
    object.set("store", std::int64_t{card.store});
    object.set("language", base::language_code(card.language));
    object.set("columns", std::int64_t{card.columns});
    CF_LET(const std::string text, object.write());
    return base::replace_file(folder.card(), text + "\n", base::Readers::everyone);
}

Result<TillCard> read_card(const TillFolder& folder) {
    CF_LET(const std::string text, base::read_file(folder.card(), kMaxCardBytes));
    CF_LET(const json::Document document, json::Document::parse(text));
    ledger::Members members(document.root());
    TillCard card;
    card.store = static_cast<std::uint16_t>(members.number("store", 1, kMaxStore));
    const auto language = base::language_from_code(members.text("language"));
    if (!language) members.fail("language");
    card.language = language.value_or(card.language);
    card.columns =
        static_cast<int>(members.number("columns", receipt::Paper::kNarrowest, kWidestPaper));
    if (members.error()) return members.error()->within(folder.card().string());
    return card;
}

TillLedger::TillLedger(const TillFolder& folder)
    : random_(std::make_unique<crypto::Random>()),
      disk_(std::make_unique<journal::FileSystemGauge>(folder.path)) {}

Result<TillLedger> TillLedger::create(const TillFolder& folder, const std::string& terminal,
                                      const base::Clock& clock) {
    if (!crypto::is_terminal_name(terminal))
        return Error(Code::invalid_argument,
                     "a terminal's name is 1 to 32 letters, digits, dots, hyphens or underscores");
    CF_TRY(make_folder(folder));
    TillLedger till(folder);
    CF_LET(auto key, key_in(folder, *till.random_));
    till.key_ = std::make_unique<crypto::SigningKey>(std::move(key));
    const base::WallTime now = clock.now();
    const crypto::Identity identity{
        terminal, {now.unix_ms - kDayMs}, {now.unix_ms + kCertificateDays * kDayMs}};
    CF_LET(const auto certificates, certificates_in(folder, *till.key_, identity));
    CF_LET(const base::Uuid boot, base::read_boot_id());
    const journal::World world{clock, *till.random_, *till.key_, *till.disk_, boot, now};
    CF_LET(auto journal, journal::Journal::create(folder.journal(), world, certificates));
    till.journal_.emplace(std::move(journal));
    return till;
}

Result<TillLedger> TillLedger::begin(const TillFolder& folder, const journal::Opening& opening,
                                     const base::Clock& clock) {
    TillLedger till(folder);
    CF_LET(auto key, crypto::SigningKey::load(folder.key(), *till.random_));
    till.key_ = std::make_unique<crypto::SigningKey>(std::move(key));
    CF_LET(const auto certificates, crypto::load_chain(folder.certificate()));
    CF_LET(const base::Uuid boot, base::read_boot_id());
    const journal::World world{clock, *till.random_, *till.key_, *till.disk_, boot};
    CF_LET(auto journal, journal::Journal::create(folder.journal(), world, certificates, opening));
    till.journal_.emplace(std::move(journal));
    return till;
}

Result<TillLedger> TillLedger::open(const TillFolder& folder, const base::Clock& clock) {
    TillLedger till(folder);
    CF_LET(auto key, crypto::SigningKey::load(folder.key(), *till.random_));
    till.key_ = std::make_unique<crypto::SigningKey>(std::move(key));
    CF_LET(const base::Uuid boot, base::read_boot_id());
    const journal::World world{clock, *till.random_, *till.key_, *till.disk_, boot};
    CF_LET(auto journal, journal::Journal::open(folder.journal(), world));
    till.journal_.emplace(std::move(journal));
    return till;
}

namespace {

Result<TillLedger> open_patiently(const TillFolder& folder, const base::Clock& clock,
                                  std::int64_t patience_ms) {
    constexpr std::int64_t kPauseMs = 5;
    const std::int64_t until_ms = clock.steady_ms() + patience_ms;
    for (;;) {
        auto ledger = TillLedger::open(folder, clock);
        const bool taken = !ledger.ok() && ledger.error().code() == Code::second_writer;
        if (!taken || clock.steady_ms() >= until_ms) return ledger;
        std::this_thread::sleep_for(std::chrono::milliseconds(kPauseMs));
    }
}

}  // namespace

Status set_up(const TillFolder& folder, const std::string& terminal, const TillCard& card,
              const base::Clock& clock) {
    std::error_code ignored;
    const auto is_there = [&](const std::filesystem::path& path) {
        return std::filesystem::exists(path, ignored);
    };
    const bool has_ledger = is_there(folder.journal().database);
    if (!has_ledger && (is_there(folder.desk()) || is_there(folder.journal().mark)))
        return Error(Code::restored_copy,
                     folder.path.string() +
                         ": a till worked here and its ledger is gone; use the newest copy of it, "
                         "or set up a terminal of another name in another folder");
    CF_TRY(make_folder(folder));
    if (!is_there(folder.card())) CF_TRY(write_card(folder, card));
    CF_TRY(TillLedger::create(folder, terminal, clock));
    return {};
}

Result<std::optional<checkout::Trust>> load_trust(const TillFolder& folder) {
    std::error_code ignored;
    if (!std::filesystem::exists(folder.root(), ignored) ||
        !std::filesystem::exists(folder.key_list(), ignored))
        return std::optional<checkout::Trust>();
    CF_LET(const crypto::PublicKey root, crypto::load_public_key(folder.root()));
    CF_LET(const ListFile list, read_list_file(folder.key_list(), root));
    CF_LET(const DeltasFile deltas, read_deltas_file(folder.revocations()));
    token::KeyRing keys(list.list);
    CF_LET(token::Revocations revoked, deltas.revoked(keys));
    return std::optional(checkout::Trust{std::move(keys), std::move(revoked)});
}

Result<std::unique_ptr<OpenTill>> OpenTill::open(const TillFolder& folder, const base::Clock& clock,
                                                 std::int64_t patience_ms) {
    if (std::error_code ignored; !std::filesystem::exists(folder.card(), ignored))
        return Error(Code::not_found,
                     folder.path.string() + " is no till yet; begin with \"till init\"");
    CF_LET(const TillCard card, read_card(folder));
    CF_LET(TillLedger ledger, open_patiently(folder, clock, patience_ms));
    if (std::error_code ignored; !std::filesystem::exists(folder.mirror(), ignored))
        return Error(Code::not_found, folder.path.string() +
                                          " has no prices, staff or members yet; bring them with "
                                          "\"bundle load\"");
    CF_LET(mirror::Mirror mirror, mirror::Mirror::open(folder.mirror()));
    CF_LET(checkout::DeskFile desk_file, checkout::DeskFile::open(folder.desk()));
    CF_LET(std::optional<checkout::Trust> trust, load_trust(folder));
    std::unique_ptr<OpenTill> till(new OpenTill(card, std::move(ledger), std::move(mirror),
                                                std::move(desk_file), std::move(trust)));
    const checkout::Trust* believed = till->trust_ ? &*till->trust_ : nullptr;
    CF_LET(till->desk_, checkout::CashDesk::open({{till->ledger_.journal(), till->mirror_,
                                                   till->desk_file_, clock, believed},
                                                  till->ledger_.entropy(),
                                                  card.store}));
    return till;
}

}  // namespace counterfoil::till
