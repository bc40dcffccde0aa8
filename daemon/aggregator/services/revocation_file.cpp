#include "daemon/aggregator/services/revocation_file.h"

#include <algorithm>

#include "firmware/core/base/file.h"

namespace counterfoil::services {

using base::Result;

namespace {

constexpr std::int64_t kMsPerS = 1000;
constexpr std::int64_t kEarlierS = 60LL * 60;
constexpr std::size_t kMostBytes = 64UL << 20;
constexpr std::string_view kMade = "made: ";
constexpr std::string_view kRevoked = "revoked: ";

// When the file that is there was made; 0 where it does not say.
std::int64_t made_s(const std::filesystem::path& path) {
    const auto text = base::read_file(path, kMostBytes);
    if (!text.ok() || !text.value().starts_with(kMade)) return 0;
    const std::size_t end = text.value().find('\n');
    const auto at =
        base::from_rfc3339(std::string_view(text.value()).substr(kMade.size(), end - kMade.size()));
    return at.ok() ? at.value().unix_ms / kMsPerS : 0;
}

}  // namespace

Result<RevocationFile> RevocationFile::open(const Authority::Files& authority,
                                            std::filesystem::path path, std::int64_t good_ms) {
    auto random = std::make_unique<crypto::Random>();
    CF_LET(auto key, crypto::SigningKey::load(authority.key, *random));
    CF_LET(const auto chain, crypto::load_chain(authority.certificate));
    RevocationFile file(std::move(random), std::move(key), chain.front(), std::move(path), good_ms);
    file.made_s_ = made_s(file.path_);
    return file;
}

bool RevocationFile::is_old(base::WallTime now) const {
    if (!written_at_ || now < *written_at_) return true;
    return now.unix_ms - written_at_->unix_ms >= good_ms_ / 3;
}

Outcome<void> RevocationFile::write(store::Database& database, base::WallTime now, bool anew) {
    CF_LET(TakenBack taken, find_taken_back(database, now));
    if (!anew && written_ == taken) return {};
    const std::int64_t at_s = std::max(now.unix_ms / kMsPerS - kEarlierS, made_s_ + 1);
    // The number only rises; the times are the clock's, also where that was set back.
    const base::WallTime made{now.unix_ms - kEarlierS * kMsPerS};
    CF_LET(const std::string list,
           crypto::write_revocation_list(key_, certificate_, taken.serials, at_s,
                                         {made, {now.unix_ms + good_ms_}}));
    std::string text = std::string(kMade) + base::to_rfc3339({at_s * kMsPerS}) + "\n";
    for (const std::string& terminal : taken.terminals)
        text += std::string(kRevoked) + terminal + "\n";
    CF_TRY(base::replace_file(path_, text + list, base::Readers::everyone));
    made_s_ = at_s;
    written_ = std::move(taken);
    written_at_ = now;
    return {};
}

}  // namespace counterfoil::services
