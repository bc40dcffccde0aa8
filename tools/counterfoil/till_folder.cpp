#include "tools/counterfoil/till_folder.h"

#include "firmware/core/base/file.h"

namespace counterfoil::tool {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
constexpr std::int64_t kCertificateDays = 3652;

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

Result<Till> Till::create(const TillFolder& folder, const std::string& terminal,
                          const base::Clock& clock) {
    if (!crypto::is_terminal_name(terminal))
        return Error(Code::invalid_argument,
                     "a terminal's name is 1 to 32 letters, digits, dots, hyphens or underscores");
    CF_TRY(make_folder(folder));
    Till till;
    till.random_ = std::make_unique<crypto::Random>();
    CF_LET(auto key, key_in(folder, *till.random_));
    till.key_ = std::make_unique<crypto::SigningKey>(std::move(key));
    till.disk_ = std::make_unique<journal::FileSystemGauge>(folder.path);
    const base::WallTime now = clock.now();
    const crypto::Identity identity{
        terminal, {now.unix_ms - kDayMs}, {now.unix_ms + kCertificateDays * kDayMs}};
    CF_LET(const auto certificates, certificates_in(folder, *till.key_, identity));
    CF_LET(const base::Uuid boot, base::read_boot_id());
    const journal::World world{clock, *till.random_, *till.key_, *till.disk_, boot, now};
    CF_LET(auto ledger, journal::Journal::create(folder.journal(), world, certificates));
    till.ledger_.emplace(std::move(ledger));
    return till;
}

}  // namespace counterfoil::tool
